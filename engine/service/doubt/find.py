"""Finding an operation whose outcome nobody can tell, for a person who settles it."""

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import Conflict
from engine.core.operations.operation import Operation, OperationKind
from engine.core.operations.states import OperationState
from engine.ports.store import Transaction
from engine.service.lookup import visible_operation


async def find_interrupted(transaction: Transaction, principal: Principal, operation_id: str) -> Operation:
    """Return an operation that is INTERRUPTED.

    Raises:
        Forbidden: the principal lacks `resources:write`.
        NotFound: there is no such operation.
        Conflict: it is in another state, or a change set: its changes are settled one by one.
    """
    principal.require(Scope.RESOURCES_WRITE)
    operation = await visible_operation(transaction, principal, operation_id)
    if operation.state is not OperationState.INTERRUPTED:
        raise Conflict(
            f"operation {operation.id} is {operation.state.value}: its outcome is not in doubt",
            field="operation_id",
            hint="only one that is INTERRUPTED is settled so; `intent operation show` says where it stands",
            facts={"state": operation.state.value},
        )
    if operation.kind is OperationKind.CHANGE_SET:
        raise Conflict(
            f"operation {operation.id} is a change set: it is settled by its changes",
            field="operation_id",
            hint="`intent operation resume` without a choice reconciles them, `intent operation cancel` "
            "leaves them as they are",
        )
    return operation
