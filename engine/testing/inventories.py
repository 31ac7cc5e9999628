"""A provider cache without files: packages and leftovers are given, and what is removed is gone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.core.addrs import ProviderPin
from engine.core.errors import IntegrityFailed
from engine.ports.inventory import Leftover
from engine.ports.mirror import ProviderPackage

PACKAGE_BYTES = 1_000


@dataclass
class FakeInventory:
    """Implements `engine.ports.inventory.PackageInventory`.

    Attributes:
        there: what is installed, in the order of the port.
        left: what unfinished runs left.
        changed: pins whose files are no longer the ones that were installed.
    """

    there: list[ProviderPackage] = field(default_factory=list)
    left: list[Leftover] = field(default_factory=list)
    changed: set[ProviderPin] = field(default_factory=set)

    def packages(self) -> Sequence[ProviderPackage]:
        """Return what is there; see the port."""
        return tuple(self.there)

    async def size(self, package: ProviderPackage) -> int:
        """Return the same for each; see the port."""
        del package  # all are alike
        return PACKAGE_BYTES

    async def verify(self, package: ProviderPackage) -> None:
        """Refuse what was called changed; see the port."""
        if package.pin in self.changed:
            raise IntegrityFailed(f"{package.pin} has changed", hint="bring it again")

    async def remove(self, packages: Sequence[ProviderPackage]) -> None:
        """Forget packages; see the port."""
        self.there = [package for package in self.there if package not in packages]

    async def sweep(self, *, dry_run: bool) -> Sequence[Leftover]:
        """Return what was left and forget it; see the port."""
        found = tuple(self.left)
        if not dry_run:
            self.left = []
        return found
