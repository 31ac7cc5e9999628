"""The parts of change sets in memory."""

from collections.abc import Sequence

from engine.core.operations.operation import Operation
from engine.testing.tables import Tables


class MemoryChangeSetMembers:
    """Implements `engine.ports.change_sets.ChangeSetMembers`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def list(self, change_set_id: str) -> Sequence[Operation]:
        """Return every operation that was made for a set, oldest first."""
        found = [o for o in self._tables.operations.values() if o.change_set_id == change_set_id]
        return [o.model_copy(deep=True) for o in sorted(found, key=lambda o: (o.created_at, o.id))]
