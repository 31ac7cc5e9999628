"""Use case: stop an operation, politely where its effect has begun, or settle one that nobody can tell of."""

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import OutcomeUnknown
from engine.core.operations.operation import Cancellation, Operation, OperationKind
from engine.core.operations.states import RUNNING_STATES, OperationEvent, OperationState
from engine.ports.store import Transaction
from engine.service.change_sets.alone import require_alone
from engine.service.change_sets.conclude import left
from engine.service.change_sets.members import give_up
from engine.service.change_sets.withdraw import withdraw
from engine.service.doubt.forget import forget
from engine.service.journal import advance, audit
from engine.service.lease import lapsed
from engine.service.lookup import visible_operation
from engine.service.recover import recover
from engine.service.services import Services
from engine.service.take_away import take_away

_SETTLED_UNKNOWN = frozenset({OperationState.INTERRUPTED, OperationState.STOPPED})


async def cancel(services: Services, principal: Principal, operation_id: str) -> Operation:
    """Return the operation: CANCELLED where nobody works on it, else as it stands, with what was asked.

    Its worker notices within two seconds. Before an effect the operation ends as CANCELLED, but a change set
    of which a part was done earlier as STOPPED. In an effect the
    call in flight is finished and its state kept: FINISHED where that was all, else FAILED as `cancelled`.
    One that was INTERRUPTED is settled by what is found of its effect, whose OpenTofu is stopped, politely
    first, where it still works; where no place tells, it ends as FAILED, and so does a STOPPED set.

    Raises:
        Forbidden: the principal lacks `resources:write`.
        NotFound: there is no such operation.
        Conflict: it has ended.
        ProviderFailed, RunnerFailed, and others: what came of its effect cannot be told now: see `recover`.
            The operation stays INTERRUPTED; `forget` ends it all the same.
    """
    principal.require(Scope.RESOURCES_WRITE)
    async with services.store.transaction() as transaction:
        operation = await visible_operation(transaction, principal, operation_id)
        require_alone(operation)
        if operation.state in RUNNING_STATES:
            cancelled = await _stop(services, transaction, operation, principal)
        elif operation.state in _SETTLED_UNKNOWN:
            cancelled = operation
        elif operation.kind is OperationKind.CHANGE_SET:
            cancelled = await withdraw(services, transaction, operation, principal)
        else:
            cancelled = await advance(services, transaction, operation, OperationEvent.CANCEL, by=principal)
    services.bells.ring(operation.id)
    if cancelled.state in _SETTLED_UNKNOWN:
        return await _settle(services, principal, cancelled)
    return cancelled


async def _stop(
    services: Services, transaction: Transaction, operation: Operation, principal: Principal
) -> Operation:
    """Ask the worker of an operation to stop; do without one that is gone."""
    if lapsed(services, operation):
        if operation.state is OperationState.APPLYING:
            return await take_away(services, transaction, operation, principal)
        # What a worker that comes back after all would write is refused from now on.
        token, event = operation.fencing_token + 1, OperationEvent.CANCEL
        if operation.kind is OperationKind.CHANGE_SET:
            return await withdraw(services, transaction, operation, principal, fencing_token=token)
        return await advance(services, transaction, operation, event, by=principal, fencing_token=token)
    if operation.cancellation is not None:
        return operation
    wish = Cancellation(by=principal.subject, at=services.clock.now())
    asked = operation.model_copy(update={"cancellation": wish})
    await transaction.operations.save(asked, operation.fencing_token)
    await audit(services, transaction, asked, "operation.cancel_asked", principal)
    return asked


async def _settle(services: Services, principal: Principal, operation: Operation) -> Operation:
    """End an operation of which more may have happened than is known."""
    if operation.kind is not OperationKind.CHANGE_SET:
        try:
            return await recover(services, operation, by=principal, stop=True)
        except OutcomeUnknown:
            # Every place was asked, and none tells.
            return await forget(services, principal, operation.id)
    async with services.store.transaction() as transaction:
        await give_up(services, transaction, operation)
        error = await left(transaction, operation, principal)
        return await advance(services, transaction, operation, OperationEvent.FAIL, by=principal, error=error)
