"""Destroying a project whose time is over: one change set of deletions, through the gate like any other."""

from engine.core.auth.principals import system
from engine.core.lifetimes import attempt, destroying
from engine.core.operations.states import OperationState
from engine.core.projects import Project
from engine.service.change_sets.cascade import delete_cascade
from engine.service.locking import is_locked
from engine.service.lookup import find_project_by_id
from engine.service.services import Services
from engine.service.upkeep.found import Pass
from engine.service.upkeep.kept import keep
from engine.service.upkeep.remains import remains


async def destroy(services: Services, found: Pass, listed: Project) -> int:
    """Ask once in each attempt for the destruction of what a project holds; return how many sets were begun.

    It is the wish of the person who set the project's end, who cannot approve it. A set that waits for a
    person or is under way is left alone, and so is a project that somebody has locked. A project without
    resources and without anything unsettled is destroyed.

    Raises:
        NotFound: the project, or a resource of it, was deleted meanwhile.
        Conflict: the project may not be changed now.
        Busy: too many requests have not ended.
    """
    if not destroying(listed):
        return 0
    async with services.store.transaction() as transaction:
        project = await find_project_by_id(transaction, listed.id)
        if not destroying(project) or await is_locked(services, transaction, project.id):
            return 0
        at = services.clock.now()
        asker, key = system(project.expiry_by), _key(project, attempt(project, at))
        names = await remains(transaction, project, asker.key, key)
        if names is None:
            done = project.model_copy(update={"destroyed_at": at, "sightings": {}})
            await keep(transaction, done, "project.destroyed", at, {})
    if names is None:
        found.destroyed.append(project.name)
    if not names:
        return 0
    operation = await delete_cascade(
        services,
        asker,
        project.name,
        resource_ids=names,
        reason="the project's time is over",
        idempotency_key=key,
    )
    if operation.state is not OperationState.QUEUED:
        return 0
    found.due.append(operation.id)
    return 1


def _key(project: Project, number: int) -> str:
    ended = int(project.archived_at.timestamp()) if project.archived_at is not None else 0
    return f"expiry:{ended}:{number}"
