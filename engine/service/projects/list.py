"""Use case: list the projects."""

from engine.core.auth.principals import Principal, Scope
from engine.core.projects import Project
from engine.service.services import Services


async def list_projects(services: Services, principal: Principal) -> tuple[Project, ...]:
    """Return all projects by name.

    Raises:
        Forbidden: the principal lacks `projects:read`.
    """
    principal.require(Scope.PROJECTS_READ)
    async with services.store.transaction() as transaction:
        return tuple(await transaction.projects.list())
