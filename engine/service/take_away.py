"""Taking an operation away from a worker that was lost: it can write nothing from then on."""

from engine.core.auth.principals import Principal
from engine.core.operations.interruption import Interruption
from engine.core.operations.operation import Operation, OperationError, OperationKind
from engine.core.operations.states import OperationEvent, OperationState
from engine.ports.store import Transaction
from engine.service.journal import advance
from engine.service.services import Services


async def take_away(
    services: Services, transaction: Transaction, operation: Operation, by: Principal | None = None
) -> Operation:
    """Return a running operation, FAILED where nothing had begun, else INTERRUPTED, with the next token.

    A change set of which nothing runs is STOPPED instead of FAILED.

    `by` is who found its worker gone; the requester where None.

    Raises:
        Conflict: it was taken up anew meanwhile.
    """
    begun = operation.state is OperationState.APPLYING
    # A set may have done a part before it was taken up again: it goes on when it is resumed.
    stops = operation.kind is OperationKind.CHANGE_SET and not begun
    return await advance(
        services,
        transaction,
        operation,
        OperationEvent.STOP if stops else OperationEvent.LOSE,
        by=by,
        error=_LOST_IN_EFFECT if begun else _LOST,
        interruption=Interruption() if begun else operation.interruption,
        fencing_token=operation.fencing_token + 1,
    )


_LOST = OperationError(
    code="interrupted",
    message="the worker was lost before anything had been changed",
    hint="make the request again",
)
_LOST_IN_EFFECT = OperationError(
    code="outcome_unknown",
    message="the worker was lost while the change was being applied: the outcome is not known",
    hint="`intent operation resume` reconciles it with the cloud",
)
