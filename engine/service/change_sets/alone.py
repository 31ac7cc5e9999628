"""That a change of a set is not steered by itself: the set is."""

from engine.core.errors import Conflict
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState


def require_alone(operation: Operation) -> None:
    """Do nothing for an operation that was asked for by itself, or whose outcome a person has to settle.

    Raises:
        Conflict: it is a part of a change set.
    """
    if operation.change_set_id is None or operation.state is OperationState.INTERRUPTED:
        return
    raise Conflict(
        f"operation {operation.id} is a part of change set {operation.change_set_id}",
        field="operation_id",
        hint=f"approve, reject, resume or cancel {operation.change_set_id}: the set is decided as one",
        facts={"change_set_id": operation.change_set_id},
    )
