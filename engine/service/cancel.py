"""Use case: give up an operation that has not begun its effect, or whose outcome nobody can tell."""

from engine.core.auth.principals import Principal, Scope
from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import OperationEvent, OperationState
from engine.service.journal import advance
from engine.service.lookup import visible_operation
from engine.service.services import Services


async def cancel(services: Services, principal: Principal, operation_id: str) -> Operation:
    """Return the operation, CANCELLED; one that was INTERRUPTED ends as FAILED: something may have happened.

    Raises:
        Forbidden: the principal lacks `resources:write`.
        NotFound: there is no such operation.
        Conflict: it is being worked on or has ended.
    """
    principal.require(Scope.RESOURCES_WRITE)
    async with services.store.transaction() as transaction:
        operation = await visible_operation(transaction, principal, operation_id)
        if operation.state is not OperationState.INTERRUPTED:
            return await advance(services, transaction, operation, OperationEvent.CANCEL, by=principal)
        error = OperationError(
            code="outcome_unknown",
            message=f"{principal.subject} settled this interrupted operation without knowing its outcome",
            hint="import the object if it is in the cloud",
        )
        settled = await advance(
            services, transaction, operation, OperationEvent.FAIL, by=principal, error=error
        )
    await services.runner.discard(operation.id)
    return settled
