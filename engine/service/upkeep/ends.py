"""The end of a project's time: warning of it, and archiving the project when it has come."""

from engine.core.lifetimes import archived, due_warning, expired
from engine.core.projects import Project
from engine.service.lookup import find_project_by_id
from engine.service.services import Services
from engine.service.upkeep.found import Pass
from engine.service.upkeep.kept import keep


def ends_now(services: Services, project: Project) -> bool:
    """Tell whether `warn_or_archive` would find something to do."""
    now = services.clock.now()
    over = project.archived_at is None and expired(project, now)
    return over or due_warning(project, now) is not None


async def warn_or_archive(services: Services, found: Pass, project_id: str) -> None:
    """Give the warning that is due, or archive a project whose time is over.

    Looking and writing are one transaction: of several engines one does it.

    Raises:
        NotFound: the project was deleted meanwhile.
    """
    async with services.store.transaction() as transaction:
        project = await find_project_by_id(transaction, project_id)
        now = services.clock.now()
        hours = due_warning(project, now)
        if hours is not None:
            warned = project.model_copy(update={"warned": (*project.warned, hours)})
            await keep(transaction, warned, "project.warned", now, {"hours": hours})
        over = project.archived_at is None and expired(project, now)
        if over:
            await keep(transaction, archived(project, now), "project.archived", now, {})
    if hours is not None:
        found.warned.append(f"{project.name}: {hours} h")
    if over:
        found.archived.append(project.name)
