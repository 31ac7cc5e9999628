"""Use case: hand out the audit chain."""

from engine.core.audit import AuditEntry
from engine.core.auth.principals import Principal, Scope
from engine.service.lookup import find_project
from engine.service.services import Services


async def export_audit(
    services: Services, principal: Principal, project_name: str | None
) -> tuple[AuditEntry, ...]:
    """Return the audit chain, or the entries of one project.

    Raises:
        Forbidden: the principal lacks `audit:read`.
        NotFound: there is no such project.
    """
    principal.require(Scope.AUDIT_READ)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name) if project_name is not None else None
        return tuple(await transaction.audit.entries(project.id if project is not None else None))
