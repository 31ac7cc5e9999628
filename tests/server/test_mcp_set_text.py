"""What an assistant reads of a large change set: within the bound of an answer, what failed first."""

import pytest

from engine.core.limits import CHANGE_SET_SHOWN_MAX, TOOL_TEXT_MAX_BYTES
from engine.core.operations.operation import OperationError, OperationKind
from engine.core.operations.states import OperationState
from engine.core.policy.decision import Outcome
from engine.service.change_sets.reported import ReportedChange, ReportedSet
from server.mcp.results import IntentResult
from server.mcp.wording import intent_text

_NAME = "a-name-that-is-rather-long-{}"
_WORDS = "the provider refused, with many words " * 3


def change(number: int, *, failed: bool) -> ReportedChange:
    return ReportedChange(
        resource_id=_NAME.format(number),
        resource_type="aws_api_gateway_integration_response",
        kind=OperationKind.CREATE,
        operation_id=f"018f-{number}",
        state=OperationState.FAILED if failed else OperationState.FINISHED,
        step=number,
        plan="create",
        outcome=Outcome.ALLOWED,
        error=OperationError(code="provider_failed", message=_WORDS) if failed else None,
    )


@pytest.mark.requirement("4.6.two-hundred")
def test_the_text_of_a_set_of_two_hundred_stays_within_its_bound() -> None:
    changes = tuple(change(number, failed=number == 199) for number in range(200))
    found = ReportedSet(
        total=200,
        done=199,
        failed=(_NAME.format(199),),
        outcome_not_known=(),
        summary="199 of 200 changes are done",
        changes=changes,
    )
    text = intent_text(IntentResult(change_set=found.shortened(CHANGE_SET_SHOWN_MAX)))
    assert len(text.encode()) <= TOOL_TEXT_MAX_BYTES
    assert "199 of 200 changes are done" in text
    assert _NAME.format(199) in text
