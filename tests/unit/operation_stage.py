"""One operation in any state, for the tests of the machine."""

from datetime import UTC, datetime

from engine.core.auth.principals import person
from engine.core.operations.operation import Operation, OperationKind, Request
from engine.core.operations.states import RUNNING_STATES, OperationState

START = datetime(2026, 1, 1, tzinfo=UTC)


def operation(state: OperationState = OperationState.QUEUED) -> Operation:
    """Return a creation in a state, held by a worker where one works on it."""
    request = Request(kind=OperationKind.CREATE, resource_id="logs", config={"bucket": "logs"})
    return Operation(
        id="018f",
        project_id="p",
        request=request,
        request_digest=request.digest,
        state=state,
        actor=person("alice"),
        created_at=START,
        lease="host:1:0" if state in RUNNING_STATES else "",
        lease_expires_at=START if state in RUNNING_STATES else None,
    )
