"""Use case: do all whose time has come. One pass; when to make the next one is the caller's business.

Any number of engines may make passes over one database at once: what is exactly once is so by what the rows
say within one transaction, and by the idempotency keys of the engine's own principal.
"""

from engine.core.limits import UPKEEP_STARTS_MAX
from engine.core.projects import Project
from engine.service.expire_due import expire_due
from engine.service.services import Services
from engine.service.tidy_workspaces import tidy_workspaces
from engine.service.upkeep.destruction import destroy
from engine.service.upkeep.ends import ends_now, warn_or_archive
from engine.service.upkeep.found import Pass, UpkeepReport
from engine.service.upkeep.pending import carry_on, end_stopped, queued_too_long, recover_lost, under_way
from engine.service.upkeep.refreshes import begin_refreshes
from engine.service.upkeep.samples import forget_samples


async def upkeep(services: Services) -> UpkeepReport:
    """Make one pass and return what was done, what is to be carried out now, and what could not be done.

    In this order: what lost workers left is recovered; pending operations expire; queued ones that nobody
    took up are taken up or given up; projects are warned of, archived and destroyed; resources are
    compared with the cloud; old samples go, and the workspaces of operations that have ended.
    A pass begins at most 20 operations, fewer while others that it began before have not ended.
    """
    found = Pass()
    with found.item("lost workers"):
        await recover_lost(services, found)
    with found.item("stopped destructions"):
        await end_stopped(services, found)
    with found.item("pending operations"):
        found.expired += [operation.id for operation in await expire_due(services)]
    with found.item("approved operations"):
        await carry_on(services, found)
    with found.item("queued operations"):
        await queued_too_long(services, found)
    projects: list[Project] = []
    with found.item("projects"):
        projects = await _projects(services)
    for project in projects:
        if ends_now(services, project):
            with found.item(f"project {project.name}"):
                await warn_or_archive(services, found, project.id)
    if found.archived:
        with found.item("projects"):
            projects = await _projects(services)
    room = 0
    with found.item("operations under way"):
        room = max(UPKEEP_STARTS_MAX - await under_way(services), 0)
    for project in projects:
        if room > 0:
            with found.item(f"destroying project {project.name}"):
                room -= await destroy(services, found, project)
    await begin_refreshes(services, found, projects, room)
    with found.item("workspaces"):
        await tidy_workspaces(services)
    with found.item("samples"):
        await forget_samples(services)
    return found.report()


async def _projects(services: Services) -> list[Project]:
    async with services.store.transaction() as transaction:
        return list(await transaction.projects.list())
