"""Use case: a person refuses the plan that waits."""

from engine.core.auth.principals import Principal, Scope
from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import OperationEvent
from engine.service.approve import parse_note
from engine.service.change_sets.alone import require_alone
from engine.service.change_sets.members import give_up
from engine.service.journal import advance
from engine.service.lookup import visible_operation
from engine.service.services import Services


async def reject(services: Services, principal: Principal, operation_id: str, note: str = "") -> Operation:
    """Record a refusal and return the operation, REJECTED. The requester may reject too: that harms nobody.

    Raises:
        Forbidden: the principal lacks `approvals:write`.
        NotFound: there is no such operation.
        Conflict: it neither waits for review nor for its execution.
        InvalidInput: the note is too long.
    """
    principal.require(Scope.APPROVALS_WRITE)
    said = parse_note(note)
    async with services.store.transaction() as transaction:
        operation = await visible_operation(transaction, principal, operation_id)
        require_alone(operation)
        error = OperationError(
            code="rejected",
            message=f"{principal.subject} rejected this change" + (f": {said}" if said else ""),
            hint="change the request, or talk to who rejected it",
        )
        await give_up(services, transaction, operation)
        return await advance(
            services, transaction, operation, OperationEvent.REJECT, by=principal, error=error
        )
