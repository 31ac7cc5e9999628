"""Use case: carry an operation out as far as it goes: plan, decision, effect.

Whatever goes wrong ends in the operation's own record. The row that says APPLYING is committed before
OpenTofu starts, and from then on cancellation waits for the outcome.
"""

from engine.core.errors import Conflict, EngineError
from engine.core.operations.operation import Operation, OperationKind
from engine.core.operations.states import OperationEvent, OperationState
from engine.ports.runner import Progress
from engine.service.change import change
from engine.service.change_sets.carry_out import carry_out
from engine.service.change_sets.reconcile import reconcile
from engine.service.fail import fail
from engine.service.forget import forget
from engine.service.lease import Holding, claim, held
from engine.service.lookup import find_operation
from engine.service.query import query
from engine.service.recover import recover
from engine.service.services import Services

_STARTS = {
    OperationState.QUEUED: OperationEvent.PLAN,
    OperationState.READY_FOR_EXECUTION: OperationEvent.RESUME,
    OperationState.STOPPED: OperationEvent.RESUME,
}


async def run(services: Services, operation_id: str, progress: Progress, by: str | None = None) -> Operation:
    """Carry out an operation that is QUEUED, READY_FOR_EXECUTION, STOPPED or INTERRUPTED, and return it.

    `by` is the key of who has it taken up, of who asked for it where None: a lock stops all but its holder.

    One in another state is returned as it is: it has ended, waits for a person, or is being worked on.

    Raises:
        NotFound: there is no such operation.
        Conflict: an approved operation cannot start while another one runs on the resource or the project
            is locked, or another worker has taken the operation from us.
        StoreFailed: the database cannot be written; nothing was done that it does not say.
        OutcomeUnknown, and others: see `recover`, for one that is INTERRUPTED.
    """
    async with services.store.transaction() as transaction:
        operation = await find_operation(transaction, operation_id)
    event = OperationEvent.RETRY if operation.to_retry else _STARTS.get(operation.state)
    if operation.state is OperationState.INTERRUPTED and not operation.to_retry:
        if operation.kind is not OperationKind.CHANGE_SET:
            return await recover(services, operation)
        await reconcile(services, operation)
        event = OperationEvent.RETRY
    if event is None:
        return operation
    taker = by or operation.actor.key
    try:
        claimed = await claim(services, operation, event, taker)
    except Conflict as refused:
        return await _not_claimed(services, operation, refused)
    async with held(services, claimed) as holding:
        return await _carry_out(services, claimed, taker, progress, holding)
    # Its work was stopped: somebody has cancelled it.
    async with services.store.transaction() as transaction:
        return await find_operation(transaction, operation_id)


async def _not_claimed(services: Services, operation: Operation, refused: Conflict) -> Operation:
    """Return the operation where somebody else took it up; else a queued one fails, an approved one waits."""
    async with services.store.transaction() as transaction:
        stored = await find_operation(transaction, operation.id)
    if stored.state is not operation.state:
        return stored
    if operation.state is not OperationState.QUEUED:
        raise refused
    return await fail(services, operation, refused)


async def _carry_out(
    services: Services, operation: Operation, by: str, progress: Progress, holding: Holding
) -> Operation:
    try:
        match operation.kind:
            case OperationKind.READ:
                return await query(services, operation)
            case OperationKind.EJECT:
                return await forget(services, operation)
            case OperationKind.CHANGE_SET:
                return await carry_out(services, operation, by, progress)
            case _:
                return await change(services, operation, progress, holding)
    except EngineError as error:
        return await fail(services, operation, error)
