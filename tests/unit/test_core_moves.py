"""What one move of an operation changes, notes, and refuses."""

from datetime import timedelta

import pytest

from engine.core.errors import Conflict
from engine.core.operations.interruption import Interruption
from engine.core.operations.machine import move
from engine.core.operations.states import (
    OperationEvent,
    OperationState,
)
from tests.unit.operation_stage import START, operation

AT = START + timedelta(minutes=1)


HINTS = {
    OperationState.QUEUED: "wait until it has settled",
    OperationState.PLANNING: "wait until it has settled",
    OperationState.PENDING_REVIEW: "`intent approve` or `intent reject` it",
    OperationState.READY_FOR_EXECUTION: "`intent operation resume` it",
    OperationState.INTERRUPTED: "`intent operation resume` reconciles it with the cloud",
    OperationState.DENIED: "it has ended; make a new request",
}


@pytest.mark.parametrize(("state", "hint"), HINTS.items())
def test_a_refused_event_names_the_way_out_of_the_state(state: OperationState, hint: str) -> None:
    with pytest.raises(Conflict) as caught:
        move(operation(state), OperationEvent.APPLIED, AT)
    assert caught.value.hint == hint


def test_a_move_changes_what_it_is_told_and_notes_its_moment() -> None:
    before = operation(OperationState.PLANNING)
    moved = move(before, OperationEvent.PLANNED, AT, plan_digest="sha256:1", base_serial=3)
    assert moved == before.model_copy(
        update={
            "state": OperationState.DECIDING,
            "planned_at": AT,
            "plan_digest": "sha256:1",
            "base_serial": 3,
        }
    )
    assert before == operation(OperationState.PLANNING)


def test_the_end_is_noted_and_frees_the_lease_whatever_is_asked() -> None:
    before = operation(OperationState.APPLYING)
    moved = move(before, OperationEvent.APPLIED, AT, lease="host:2:0", finished_at=START)
    assert moved == before.model_copy(
        update={
            "state": OperationState.FINISHED,
            "request": before.request.model_copy(update={"config": None}),
            "applied_at": AT,
            "finished_at": AT,
            "lease": "",
            "lease_expires_at": None,
        }
    )


@pytest.mark.parametrize("name", ["state", "plan_digst"])
def test_a_move_changes_no_state_and_no_field_that_there_is_not(name: str) -> None:
    with pytest.raises(TypeError, match=f"an event cannot change {name}"):
        move(operation(), OperationEvent.PLAN, AT, **{name: "x"})


def test_of_an_effect_that_is_lost_nothing_is_known_whatever_was_found_of_one_before() -> None:
    looked = Interruption(attempts=3, looked_at=START)
    before = operation(OperationState.APPLYING).model_copy(update={"interruption": looked})
    lost = move(before, OperationEvent.LOSE, AT)
    assert lost.interruption == Interruption()
    assert lost.interruption.due(AT)
