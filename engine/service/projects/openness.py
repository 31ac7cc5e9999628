"""Whether a project takes what an operation would do: asked when that is recorded, begun and carried out."""

from datetime import datetime

from engine.core.auth.principals import PrincipalKind
from engine.core.errors import Conflict
from engine.core.lifetimes import destroying, require_open
from engine.core.operations.operation import Operation
from engine.ports.store import Transaction
from engine.service.locking import writes


async def require_taken(transaction: Transaction, operation: Operation, at: datetime) -> None:
    """Do nothing where the project takes the operation at a moment, or is no more, which others say.

    Whatever changes nothing is taken, and what the engine does by itself; what destroys the project is only
    while it is being destroyed, so that nothing is deleted any more once it is open again.

    Raises:
        Conflict: the project is archived or its time is over, or it is not being destroyed any more.
    """
    if not writes(operation.request):
        return
    for project in await transaction.projects.list():
        if project.id != operation.project_id:
            continue
        if operation.actor.kind is not PrincipalKind.SYSTEM:
            require_open(project, at)
        elif not destroying(project):
            raise Conflict(
                f"project {project.name} is not being destroyed any more",
                field="project",
                hint="nothing is left to do",
            )


def is_of_destruction(operation: Operation) -> bool:
    """Tell whether the engine asked for an operation to destroy its project: it writes for nothing else."""
    return operation.actor.kind is PrincipalKind.SYSTEM and writes(operation.request)
