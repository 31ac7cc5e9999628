"""The locks on projects, and how much there is to do, in SQL. When a lock lapses is the core's business."""

from collections.abc import Collection

from sqlalchemy import delete, func, select

from engine.adapters.store import mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import OperationRow, ProjectLockRow, ProjectRow, col
from engine.core.errors import NotFound
from engine.core.locks import ProjectLock
from engine.core.operations.states import OperationState


class SqlBacklog:
    """Implements `engine.ports.locks.Backlog`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def count(self, project_id: str | None, states: Collection[OperationState]) -> int:
        """Return how many operations of a project, or of all, stand so; changes of sets are left out."""
        statement = select(func.count()).where(
            col(OperationRow.state).in_(sorted(states)), col(OperationRow.change_set_id).is_(None)
        )
        if project_id is not None:
            statement = statement.where(col(OperationRow.project_id) == project_id)
        (counted,) = await self._statements.rows(statement)
        return int(next(iter(counted.values())))


class SqlProjectLocks:
    """Implements `engine.ports.locks.ProjectLocks`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def find(self, project_id: str) -> ProjectLock | None:
        """Return the lock on a project."""
        document = await self._statements.document(
            select(col(ProjectLockRow.document)).where(col(ProjectLockRow.project_id) == project_id)
        )
        return mapping.decode(ProjectLock, document) if document else None

    async def save(self, lock: ProjectLock) -> None:
        """Keep a lock in the place of the one before. Raises NotFound where its project is not stored."""
        stored = select(col(ProjectRow.id)).where(col(ProjectRow.id) == lock.project_id)
        if not await self._statements.rows(stored):
            raise NotFound("there is no such project", field="project")
        await self.remove(lock.project_id)
        await self._statements.insert(
            ProjectLockRow(project_id=lock.project_id, document=mapping.encode(lock))
        )

    async def remove(self, project_id: str) -> None:
        """Forget the lock on a project."""
        await self._statements.run(delete(ProjectLockRow).where(col(ProjectLockRow.project_id) == project_id))
