"""Keeping locks on projects, and telling how much there is to do. Part of a transaction of the store.

Every method raises StoreFailed where the database cannot be read or written.
"""

from collections.abc import Collection
from typing import Protocol

from engine.core.locks import ProjectLock
from engine.core.operations.states import OperationState


class Backlog(Protocol):
    """How much there is to do."""

    async def count(self, project_id: str | None, states: Collection[OperationState]) -> int:
        """Return how many operations of a project, or of all, stand so; changes of sets are left out."""
        ...


class ProjectLocks(Protocol):
    """The locks on projects, lapsed ones too; at most one on each."""

    async def find(self, project_id: str) -> ProjectLock | None:
        """Return the lock on a project."""
        ...

    async def save(self, lock: ProjectLock) -> None:
        """Keep a lock in the place of the one before. Raises NotFound where its project is not stored."""
        ...

    async def remove(self, project_id: str) -> None:
        """Forget the lock on a project."""
        ...
