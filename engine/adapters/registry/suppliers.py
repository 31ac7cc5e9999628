"""The `Supplier` port for registries: what one in a provider's address offers, and its packages."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.adapters.registry.exchange import NothingThere
from engine.adapters.registry.offers import ProviderProtocol, place_asked
from engine.adapters.registry.protocol import Registries, RegistrySource
from engine.core.addrs import ProviderAddress, ProviderPin
from engine.core.errors import NotFound
from engine.ports.artifacts import Source
from engine.ports.registry import OfferedVersion

# The folder where archives of a version for a platform lie until they are complete.
Parts = Callable[[ProviderPin, str], Path]


class DirectSupplier:
    """The registries themselves."""

    def __init__(self, registries: Registries, parts: Parts) -> None:
        self._registries = registries
        self._parts = parts

    @property
    def name(self) -> str:
        """The place in words."""
        return "the registry"

    async def versions(self, address: ProviderAddress) -> Sequence[OfferedVersion]:
        """Ask the registry in the address; see the port."""
        protocol = ProviderProtocol(self._registries.downloads, self._registries.hosts)
        with asked_for(address, f"the registry {place_asked(address, self._registries.hosts)}"):
            return await protocol.versions(address)

    def source(self, pin: ProviderPin, platform: str) -> Source:
        """Return the registry's package; see the port."""
        return RegistrySource(pin, platform, self._registries, self._parts(pin, platform))


@contextmanager
def asked_for(address: ProviderAddress, place: str) -> Iterator[None]:
    """Turn the answer that there is no such thing into the error of a place without that provider.

    Raises:
        NotFound: that was the answer.
    """
    try:
        yield
    except NothingThere as failure:
        raise nothing_of(address, place) from failure


def nothing_of(address: ProviderAddress, place: str) -> NotFound:
    """Return the error of a place that does not have a provider."""
    return NotFound(
        f"{place} has no provider {address.namespace}/{address.name}",
        field="provider",
        hint="search for it: intent provider search",
    )
