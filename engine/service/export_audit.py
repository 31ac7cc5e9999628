"""Use case: hand out the audit chain."""

from engine.core.audit import AuditEntry
from engine.core.auth.principals import Principal, Scope
from engine.service.projects.ever import find_project_ever
from engine.service.services import Services


async def export_audit(
    services: Services, principal: Principal, project_name: str | None
) -> tuple[AuditEntry, ...]:
    """Return the audit chain, or the entries of one project, which may have been deleted.

    Raises:
        Forbidden: the principal lacks `audit:read`.
        NotFound: there never was such a project.
    """
    principal.require(Scope.AUDIT_READ)
    async with services.store.transaction() as transaction:
        if project_name is None:
            return tuple(await transaction.audit.entries())
        project_id, _ = await find_project_ever(transaction, project_name)
        return tuple(await transaction.audit.entries(project_id))
