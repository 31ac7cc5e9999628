"""The only code that moves an operation from state to state; the table of moves is in `states`."""

from datetime import datetime
from typing import Any

from engine.core.errors import Conflict
from engine.core.operations.interruption import Interruption
from engine.core.operations.operation import Operation
from engine.core.operations.spent import without_secrets
from engine.core.operations.states import (
    FINAL_STATES,
    RUNNING_STATES,
    TRANSITIONS,
    OperationEvent,
    OperationState,
)


def move(operation: Operation, event: OperationEvent, at: datetime, **changes: Any) -> Operation:  # noqa: ANN401 - field values of Operation, validated below
    """Return the operation after an event at a moment, with `changes` to its other fields.

    The moment is noted in the field that belongs to the event; leaving the running states frees the lease.
    Who is taken up anew is not held to an earlier wish to stop, and of an effect that was lost nothing is
    known yet, whatever was found of one before. One that has ended keeps no secret of its
    request.

    Raises:
        Conflict: the event cannot happen in the operation's state.
        TypeError: `changes` names the state, which changes by events only, or no field of an operation.
    """
    if strangers := changes.keys() - (Operation.model_fields.keys() - {"state"}):
        raise TypeError(f"an event cannot change {', '.join(sorted(strangers))}")
    following = TRANSITIONS.get((operation.state, event))
    if following is None:
        raise Conflict(
            f"operation {operation.id} is {operation.state.value}: {event.value} is not possible now",
            field="operation_id",
            hint=_way_out(operation.state),
            facts={"state": operation.state.value},
        )
    noted = dict.fromkeys(_moments(event, following), at)
    freed = {} if following in RUNNING_STATES else {"lease": "", "lease_expires_at": None}
    anew: dict[str, Any] = {"cancellation": None} if following is OperationState.PLANNING else {}
    if following is OperationState.INTERRUPTED:
        anew = {"interruption": Interruption()}
    fields = {**operation.model_dump(), **changes, **noted, **freed, **anew, "state": following}
    moved = Operation.model_validate(fields)
    return without_secrets(moved) if following in FINAL_STATES else moved


def _moments(event: OperationEvent, following: OperationState) -> list[str]:
    moments = {
        OperationEvent.PLANNED: ["planned_at"],
        OperationEvent.UNCHANGED: ["planned_at"],
        OperationEvent.DECIDED: ["decided_at"],
        OperationEvent.DENY: ["decided_at"],
        OperationEvent.REVIEW: ["decided_at"],
        OperationEvent.ALLOW: ["decided_at"],
        OperationEvent.APPROVED: ["decided_at"],
        OperationEvent.HOLD: ["decided_at"],
        OperationEvent.APPLIED: ["applied_at"],
        OperationEvent.RECOVER: ["applied_at"],
    }.get(event, [])
    return [*moments, "finished_at"] if following in FINAL_STATES else moments


def _way_out(state: OperationState) -> str:
    if state in FINAL_STATES:
        return "it has ended; make a new request"
    if state is OperationState.PENDING_REVIEW:
        return "`intent approve` or `intent reject` it"
    if state is OperationState.READY_FOR_EXECUTION:
        return "`intent operation resume` it"
    if state is OperationState.INTERRUPTED:
        return "`intent operation resume` reconciles it with the cloud"
    if state is OperationState.STOPPED:
        return "`intent operation resume` goes on with what was not done, `intent operation cancel` leaves it"
    return "wait until it has settled"
