"""Taking an operation away from a worker that was lost: it can write nothing from then on."""

from typing import Final

from engine.core.auth.principals import Principal
from engine.core.operations.operation import Operation, OperationError, OperationKind
from engine.core.operations.states import OperationEvent, OperationState
from engine.ports.store import Transaction
from engine.service.journal import advance
from engine.service.services import Services


async def take_away(
    services: Services, transaction: Transaction, operation: Operation, by: Principal | None = None
) -> Operation:
    """Return a running operation, FAILED where nothing had begun, else INTERRUPTED, with the next token.

    A change set of which nothing runs is STOPPED instead of FAILED. What waits for its turn in one gets the
    next token too: a worker that wakes up begins none of it.

    `by` is who found its worker gone; the requester where None.

    Raises:
        Conflict: it was taken up anew meanwhile.
    """
    begun = operation.state is OperationState.APPLYING
    # A set may have done a part before it was taken up again: it goes on when it is resumed.
    stops = operation.kind is OperationKind.CHANGE_SET and not begun
    lost = _LOST_SET if stops else _LOST
    await _fence_waiting(transaction, operation)
    return await advance(
        services,
        transaction,
        operation,
        OperationEvent.STOP if stops else OperationEvent.LOSE,
        by=by,
        error=_LOST_IN_EFFECT if begun else lost,
        fencing_token=operation.fencing_token + 1,
    )


async def _fence_waiting(transaction: Transaction, change_set: Operation) -> None:
    for member in await transaction.change_sets.list(change_set.id):
        if member.state in _WAITING:
            fenced = member.model_copy(update={"fencing_token": member.fencing_token + 1})
            await transaction.operations.save(fenced, member.fencing_token)


_WAITING: Final = frozenset({OperationState.QUEUED, OperationState.READY_FOR_EXECUTION})
_LOST = OperationError(
    code="interrupted",
    message="the worker was lost before anything had been changed",
    hint="make the request again",
)
_LOST_SET = OperationError(
    code="interrupted",
    message="the worker was lost while the change set was planned and decided: nothing of it was begun then",
    hint="`intent operation resume` plans and decides what is not done, `intent operation cancel` leaves it",
)
_LOST_IN_EFFECT = OperationError(
    code="outcome_unknown",
    message="the worker was lost while the change was being applied: the outcome is not known",
    hint="`intent operation resume` reconciles it with the cloud",
)
