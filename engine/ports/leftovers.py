"""What runs have left behind: workspaces that nobody removed."""

from collections.abc import Sequence
from typing import Protocol


class Leftovers(Protocol):
    """Lists workspaces, those in use as well; `Runner.discard` removes one."""

    async def keys(self) -> Sequence[str]:
        """Return the keys of the jobs whose workspaces are there, sorted.

        Raises:
            NotSetUp: the place of the workspaces cannot be read.
        """
        ...
