"""Where provider packages can be had: the registry, mirrors on the network and on disk. No I/O here."""

from collections.abc import Sequence
from typing import Protocol

from engine.core.addrs import ProviderAddress, ProviderPin
from engine.ports.artifacts import Source
from engine.ports.registry import OfferedVersion


class Supplier(Protocol):
    """One place of INTENT_PROVIDERS_MIRRORS."""

    @property
    def name(self) -> str:
        """The place in words."""
        ...

    async def versions(self, address: ProviderAddress) -> Sequence[OfferedVersion]:
        """Return what it offers of a provider, in any order; platforms are empty where it does not say them.

        Raises:
            RegistryFailed: it did not answer, or answered something else than it should.
            NotFound: it has no such provider.
            NotSetUp: it cannot be read.
        """
        ...

    def source(self, pin: ProviderPin, platform: str) -> Source:
        """Return the source of one version for one platform; whether it has that shows when it fetches."""
        ...
