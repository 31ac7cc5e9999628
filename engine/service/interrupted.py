"""Use case: say which operations were interrupted and not settled yet, whatever their project."""

from engine.core.auth.principals import Principal, Scope
from engine.core.limits import INTERRUPTED_SHOWN_MAX
from engine.core.operations.states import OperationState
from engine.service.report import OperationReport, report
from engine.service.services import Services


async def interrupted(services: Services, principal: Principal) -> tuple[OperationReport, ...]:
    """Return the newest INTERRUPTED operations that the principal may see, at most 10.

    Raises:
        Forbidden: the principal lacks `resources:read`.
    """
    principal.require(Scope.RESOURCES_READ)
    async with services.store.transaction() as transaction:
        found = await transaction.operations.list(
            None, None, INTERRUPTED_SHOWN_MAX, {OperationState.INTERRUPTED}, principal.horizon
        )
    return tuple([await report(services, principal, operation.id) for operation in found])
