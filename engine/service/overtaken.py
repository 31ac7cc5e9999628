"""What waits for a resource that is no more: it ends with the resource, and does not wait out its time."""

from typing import Final

from engine.core.limits import PENDING_MAX
from engine.core.operations.operation import Operation, OperationError, OperationKind
from engine.core.operations.states import OperationEvent, OperationState
from engine.ports.store import Transaction
from engine.service.journal import advance
from engine.service.services import Services

_WAITING: Final = frozenset({OperationState.PENDING_REVIEW, OperationState.READY_FOR_EXECUTION})
# These want the name to be free.
_MAKING: Final = frozenset({OperationKind.CREATE, OperationKind.IMPORT})


async def end_overtaken(services: Services, transaction: Transaction, operation: Operation) -> None:
    """Cancel what waits for the resource whose record `operation` ends in this transaction.

    A change that is part of a set is left to its set.
    """
    place = (operation.project_id, operation.resource_id)
    for other in await transaction.operations.list(*place, PENDING_MAX, _WAITING):
        if other.kind in _MAKING or other.change_set_id is not None or other.id == operation.id:
            continue
        error = OperationError(
            code="overtaken",
            message=f"{operation.resource_id} is no more since operation {operation.id}",
            hint="make a new request where something is left to do",
        )
        await advance(services, transaction, other, OperationEvent.CANCEL, by=operation.actor, error=error)
