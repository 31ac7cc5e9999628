"""Everything that lies in the provider cache, for whatever platform, and the removal of it."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from engine.ports.mirror import ProviderPackage


class LeftoverKind(StrEnum):
    """What is left of something that was not finished, or that nobody recorded."""

    SCRATCH = "scratch"
    PART = "part"
    UNRECORDED = "unrecorded"


class Leftover(BaseModel):
    """A folder that nothing trusts and no run holds."""

    model_config = ConfigDict(frozen=True)

    kind: LeftoverKind
    path: Path
    size_bytes: int


class PackageInventory(Protocol):
    """Looks through the cache. Every method raises NotSetUp where cache or record cannot be read."""

    def packages(self) -> Sequence[ProviderPackage]:
        """Return what is installed, by address and platform, in the order of `ProviderMirror`."""
        ...

    async def size(self, package: ProviderPackage) -> int:
        """Return how many bytes its files take; what is gone takes none."""
        ...

    async def verify(self, package: ProviderPackage) -> None:
        """Hash its files anew and compare.

        Raises:
            Forbidden, IntegrityFailed: as `ProviderMirror.verify`.
        """
        ...

    async def remove(self, packages: Sequence[ProviderPackage]) -> None:
        """Take packages out of the record, then off the disk.

        Raises:
            NotSetUp: the cache cannot be written.
        """
        ...

    async def sweep(self, *, dry_run: bool) -> Sequence[Leftover]:
        """Remove what unfinished runs left, and return it; `dry_run` removes nothing.

        Raises:
            NotSetUp: the cache cannot be written.
        """
        ...
