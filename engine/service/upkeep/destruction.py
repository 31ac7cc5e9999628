"""Destroying a project whose time is over: an ordinary deletion of each resource, through the gate."""

from typing import Final

from engine.core.graph import dependents
from engine.core.lifetimes import destroying
from engine.core.limits import UPKEEP_OPERATIONS_MAX
from engine.core.operations.states import FINAL_STATES, OperationState
from engine.core.projects import Project
from engine.ports.store import Transaction
from engine.service.locking import is_locked
from engine.service.lookup import find_project_by_id
from engine.service.services import Services
from engine.service.upkeep.deletions import ask_to_delete
from engine.service.upkeep.found import Pass
from engine.service.upkeep.kept import keep

_UNSETTLED: Final = frozenset(OperationState) - FINAL_STATES


async def destroy_next(services: Services, found: Pass, listed: Project, room: int) -> int:
    """Ask for the deletion of at most `room` resources on which nothing depends; return how many were begun.

    What waits for a person, or is under way, is left alone, and so is a project that somebody has locked. One
    without resources and without anything unsettled is destroyed.

    Raises:
        NotFound: the project was deleted meanwhile.
        Conflict: the project may not be changed now.
    """
    if not destroying(listed):
        return 0
    async with services.store.transaction() as transaction:
        project = await find_project_by_id(transaction, listed.id)
        if not destroying(project) or await is_locked(services, transaction, project.id):
            return 0
        names = await _next(transaction, project)
        if names is None:
            at = services.clock.now()
            done = project.model_copy(update={"destroyed_at": at, "sightings": {}})
            await keep(transaction, done, "project.destroyed", at, {})
    if names is None:
        found.destroyed.append(project.name)
        return 0
    begun = 0
    for name in names[: max(room, 0)]:
        begun += await ask_to_delete(services, found, project, name)
    return begun


async def _next(transaction: Transaction, project: Project) -> list[str] | None:
    """Return which resources can be deleted now; None where nothing is left that is or may come to be."""
    needs = {r.resource_id: r.depends_on for r in await transaction.resources.list(project.id)}
    unsettled = await transaction.operations.list(project.id, None, UPKEEP_OPERATIONS_MAX, _UNSETTLED)
    if not needs and not unsettled:
        return None
    busy = {operation.resource_id for operation in unsettled}
    return [name for name in sorted(needs) if name not in busy and not dependents(needs, name)]
