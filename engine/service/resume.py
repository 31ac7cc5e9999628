"""Use case: go on with an operation that was approved, left queued, or lost its worker."""

from typing import Final

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import Conflict
from engine.core.operations.operation import Operation
from engine.core.operations.states import FINAL_STATES, RUNNING_STATES, OperationState
from engine.service.approve import expire
from engine.service.change_sets.alone import require_alone
from engine.service.lease import lapsed
from engine.service.locking import require_unlocked, writes
from engine.service.lookup import visible_operation
from engine.service.services import Services
from engine.service.take_away import take_away

# What is planned anew writes; what is reconciled has happened.
_BEGINS: Final = frozenset(
    {OperationState.QUEUED, OperationState.READY_FOR_EXECUTION, OperationState.STOPPED}
)


async def resume(services: Services, principal: Principal, operation_id: str) -> Operation:
    """Return the operation ready for `run`, which plans it anew or reconciles it.

    One whose worker is gone (its lease has lapsed) is found FAILED where nothing had begun, else INTERRUPTED.

    Raises:
        Forbidden: the principal lacks `resources:write`.
        NotFound: there is no such operation.
        Conflict: it has ended, waits for approval, is being worked on, or its project is locked by another.
    """
    principal.require(Scope.RESOURCES_WRITE)
    async with services.store.transaction() as transaction:
        operation = await visible_operation(transaction, principal, operation_id)
        require_alone(operation)
        operation = await expire(services, transaction, operation)
        if operation.state in _BEGINS and writes(operation.request):
            await require_unlocked(services, transaction, principal.key, operation.project_id)
        if operation.state in RUNNING_STATES and lapsed(services, operation):
            operation = await take_away(services, transaction, operation, principal)
    if operation.state is OperationState.PENDING_REVIEW:
        raise _refused(operation, "waits for approval", "`intent approve` it first, as another person")
    if operation.state in RUNNING_STATES:
        raise _refused(operation, f"is being worked on by {operation.lease}", "wait for it")
    if operation.state in FINAL_STATES:
        # Its worker may have been killed before it cleared up: while planning, or just after its last word.
        await services.runner.discard(operation.id)
        raise _refused(operation, f"has ended as {operation.state.value}", "make a new request")
    return operation


def _refused(operation: Operation, why: str, hint: str) -> Conflict:
    return Conflict(
        f"operation {operation.id} {why}",
        field="operation_id",
        hint=hint,
        facts={"state": operation.state.value},
    )
