"""Finding the parts of change sets. As in `engine.ports.store`, every method raises StoreFailed."""

from collections.abc import Sequence
from typing import Protocol

from engine.core.operations.operation import Operation


class ChangeSetMembers(Protocol):
    """The operations that are parts of change sets."""

    async def list(self, change_set_id: str) -> Sequence[Operation]:
        """Return all operations that were made for a set, oldest first; one change may have several."""
        ...
