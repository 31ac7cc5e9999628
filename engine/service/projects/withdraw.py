"""Withdrawing what was asked for to destroy a project, and has not begun."""

from typing import Final

from engine.core.auth.principals import Principal
from engine.core.limits import UPKEEP_OPERATIONS_MAX
from engine.core.operations.states import OperationEvent, OperationState
from engine.ports.store import Transaction
from engine.service.change_sets.members import give_up
from engine.service.journal import advance
from engine.service.projects.openness import is_of_destruction
from engine.service.services import Services

_NOT_BEGUN: Final = frozenset(
    {OperationState.QUEUED, OperationState.PENDING_REVIEW, OperationState.READY_FOR_EXECUTION}
)


async def withdraw_destruction(
    services: Services, transaction: Transaction, principal: Principal, project_id: str
) -> None:
    """Cancel the change set that would destroy a project, with its changes; one under way is left alone."""
    waiting = await transaction.operations.list(project_id, None, UPKEEP_OPERATIONS_MAX, _NOT_BEGUN)
    for operation in waiting:
        if is_of_destruction(operation) and operation.change_set_id is None:
            await give_up(services, transaction, operation)
            await advance(services, transaction, operation, OperationEvent.CANCEL, by=principal)
