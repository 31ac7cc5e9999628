"""Use case: end whatever has waited for a person, or for being carried out, longer than it may."""

from engine.core.limits import PENDING_MAX
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.service.approve import deadline, expire
from engine.service.lookup import find_operation
from engine.service.services import Services

_WAITING = {OperationState.PENDING_REVIEW, OperationState.READY_FOR_EXECUTION}


async def expire_due(services: Services) -> tuple[Operation, ...]:
    """Return the operations that are EXPIRED now and were not before, oldest first.

    Several engines may do this at once: each operation is looked at again in the transaction that ends it.

    Raises:
        StoreFailed: the database cannot be written; what was ended before stays ended.
    """
    async with services.store.transaction() as transaction:
        waiting = await transaction.operations.list(None, None, PENDING_MAX, _WAITING)
    ended: list[Operation] = []
    for operation in reversed(waiting):
        end = deadline(operation)
        if end is None or services.clock.now() < end:
            continue
        async with services.store.transaction() as transaction:
            stored = await find_operation(transaction, operation.id)
            settled = await expire(services, transaction, stored)
        if settled.state is not stored.state:
            ended.append(settled)
    return tuple(ended)
