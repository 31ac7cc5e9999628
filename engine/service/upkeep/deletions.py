"""One deletion on the way of a project's destruction: an ordinary operation, with a key for each try."""

from engine.core.auth.principals import system
from engine.core.lifetimes import attempt
from engine.core.operations.states import OperationState
from engine.core.projects import Project
from engine.service.delete import delete
from engine.service.projects.openness import DESTRUCTION_KEY
from engine.service.services import Services
from engine.service.upkeep.found import Pass


async def ask_to_delete(services: Services, found: Pass, project: Project, name: str) -> int:
    """Ask for the deletion of a resource unless this try has been made; return how many were begun.

    It is the wish of the person who set the project's end, who cannot approve it.

    Raises:
        Conflict: the project may not be changed now.
    """
    at = services.clock.now()
    ended = int(project.archived_at.timestamp()) if project.archived_at is not None else 0
    operation = await delete(
        services,
        system(project.expiry_by),
        project.name,
        resource_id=name,
        reason="the project's time is over",
        idempotency_key=f"{DESTRUCTION_KEY}{name}:{ended}:{attempt(project, at)}",
    )
    if operation.state is not OperationState.QUEUED:
        return 0
    found.due.append(operation.id)
    return 1
