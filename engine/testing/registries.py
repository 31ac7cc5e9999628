"""A provider registry without a network: what it offers and documents is given."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from engine.core.addrs import ProviderAddress, Version
from engine.core.errors import NotFound, RegistryFailed
from engine.ports.registry import Documentation, DocumentedType, Finding, OfferedVersion

T = TypeVar("T")


class FakeRegistry:
    """Implements `engine.ports.registry.ProviderRegistry`.

    Attributes:
        reachable: False to fail every question.
        findings: what a search finds among: those whose address, name or title hold the query.
        offered: versions by address, newest first.
        documented: documentation by address, newest first.
        pages: Markdown by the name of a type.
    """

    def __init__(self) -> None:
        self.reachable = True
        self.findings: list[Finding] = []
        self.offered: dict[ProviderAddress, Sequence[OfferedVersion]] = {}
        self.documented: dict[ProviderAddress, Sequence[Documentation]] = {}
        self.pages: dict[str, str] = {}

    async def search(self, query: str) -> Sequence[Finding]:
        """Return the findings that hold the query."""
        self._reach()
        word = query.lower()
        return [f for f in self.findings if any(word in t.lower() for t in (str(f.address), f.name, f.title))]

    async def versions(self, address: ProviderAddress) -> Sequence[OfferedVersion]:
        """Return what is offered."""
        self._reach()
        return _of(self.offered, address)

    async def documentation(self, address: ProviderAddress, version: Version | None) -> Documentation:
        """Return what is documented."""
        self._reach()
        known = _of(self.documented, address)
        if version is None:
            return next((found for found in known if not found.version.prerelease), known[0])
        for found in known:
            if found.version == version:
                return found
        raise NotFound(
            f"the registry documents no {address} {version}",
            field="version",
            hint="leave the version out",
        )

    async def page(self, address: ProviderAddress, version: Version, of: DocumentedType) -> str:
        """Return a page."""
        self._reach()
        if address not in self.documented or of.name not in self.pages:
            raise NotFound(f"{address} {version} has no page of {of.name}", field="type", hint="try another")
        return self.pages[of.name]

    def _reach(self) -> None:
        if not self.reachable:
            raise RegistryFailed("the registry is not reachable")


def _of(known: Mapping[ProviderAddress, Sequence[T]], address: ProviderAddress) -> Sequence[T]:
    if address not in known:
        raise NotFound(f"the registry has no provider {address}", field="provider", hint="search for it")
    return known[address]
