"""Refusing more requests than can be worked off: before anything of them is recorded."""

from typing import Final

from engine.core.errors import Busy
from engine.core.limits import (
    BUSY_RETRY_SECONDS,
    OPEN_OPERATIONS_MAX,
    OPEN_OPERATIONS_PER_PROJECT_MAX,
)
from engine.core.operations.states import RUNNING_STATES, OperationState
from engine.core.projects import Project
from engine.ports.store import Transaction

# What waits for a person costs nothing meanwhile.
_OPEN: Final = RUNNING_STATES | {OperationState.QUEUED}


async def require_room(transaction: Transaction, project: Project) -> None:
    """Do nothing where one more request can be taken.

    Raises:
        Busy: as many as may be, of the project or of all, are queued or running; says when to come back.
    """
    for place, project_id, most in (
        (f"project {project.name}", project.id, OPEN_OPERATIONS_PER_PROJECT_MAX),
        ("the engine", None, OPEN_OPERATIONS_MAX),
    ):
        waiting = await transaction.backlog.count(project_id, _OPEN)
        if waiting >= most:
            raise Busy(
                f"{place} has {waiting} requests that have not ended, and takes no more than {most}",
                field="project",
                hint=f"come back in {BUSY_RETRY_SECONDS} seconds, or cancel what is not needed",
                facts={"open": waiting, "limit": most, "retry_after_seconds": BUSY_RETRY_SECONDS},
            )
