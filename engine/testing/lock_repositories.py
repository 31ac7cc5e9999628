"""The locks on projects, and how much there is to do, in memory."""

from collections.abc import Collection

from engine.core.errors import NotFound
from engine.core.locks import ProjectLock
from engine.core.operations.states import OperationState
from engine.testing.tables import Tables


class MemoryBacklog:
    """Implements `engine.ports.locks.Backlog`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def count(self, project_id: str | None, states: Collection[OperationState]) -> int:
        """Return how many operations of a project, or of all, stand so; changes of sets are left out."""
        return sum(
            project_id in (None, o.project_id) and o.state in states and o.change_set_id is None
            for o in self._tables.operations.values()
        )


class MemoryProjectLocks:
    """Implements `engine.ports.locks.ProjectLocks`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def find(self, project_id: str) -> ProjectLock | None:
        """Return the lock on a project."""
        found = self._tables.locks.get(project_id)
        return found.model_copy(deep=True) if found else None

    async def save(self, lock: ProjectLock) -> None:
        """Keep a lock in the place of the one before. Raises NotFound where its project is not stored."""
        if lock.project_id not in self._tables.projects:
            raise NotFound("there is no such project", field="project")
        self._tables.locks[lock.project_id] = lock.model_copy(deep=True)

    async def remove(self, project_id: str) -> None:
        """Forget the lock on a project."""
        self._tables.locks.pop(project_id, None)
