"""One attempt to tell what became of a lost effect, in the record from its begin on."""

from typing import Any, Final

from engine.core.errors import Conflict
from engine.core.operations.interruption import Interruption
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.ports.store import Transaction
from engine.service.lookup import find_operation
from engine.service.services import Services

# What is in the way of an answer until there is one: an attempt that broke off is made again.
_UNDER_WAY: Final = "interrupted"


async def begin_attempt(services: Services, operation: Operation, *, if_due: bool) -> Operation | None:
    """Note that an attempt begins, and return the operation with that note.

    With `if_due`, None where it is not time for one, nobody having asked for it: several engines may do this
    at once, and one of them makes the attempt.

    Raises:
        Conflict: the operation is not INTERRUPTED any more, or was taken up by somebody else.
    """
    async with services.store.transaction() as transaction:
        stored = await find_operation(transaction, operation.id)
        _require_ours(stored, operation)
        known, now = stored.interruption or Interruption(), services.clock.now()
        if if_due and not known.due(now):
            return None
        begun = {"attempts": known.attempts + 1, "looked_at": now, "problem": _UNDER_WAY}
        return await _save(transaction, stored, interruption=known.model_copy(update=begun))


async def end_attempt(services: Services, operation: Operation, **changes: Any) -> None:  # noqa: ANN401 - field values of Operation
    """Keep what an attempt came to that settled nothing; one that was overtaken keeps nothing."""
    async with services.store.transaction() as transaction:
        stored = await find_operation(transaction, operation.id)
        if stored.state is OperationState.INTERRUPTED and stored.fencing_token == operation.fencing_token:
            await _save(transaction, stored, **changes)


def _require_ours(stored: Operation, operation: Operation) -> None:
    if stored.state is not OperationState.INTERRUPTED or stored.fencing_token != operation.fencing_token:
        raise Conflict(
            f"operation {operation.id} is being settled by somebody else",
            field="operation_id",
            hint="ask for its status",
        )


async def _save(transaction: Transaction, stored: Operation, **changes: Any) -> Operation:  # noqa: ANN401 - as above
    changed = stored.model_copy(update=changes)
    await transaction.operations.save(changed, stored.fencing_token)
    return changed
