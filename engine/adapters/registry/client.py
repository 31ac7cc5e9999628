"""The `ProviderRegistry` port: versions by the registry protocol, names and pages by the docs API."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from engine.adapters.registry.documents import DocsApi
from engine.adapters.registry.exchange import NothingThere
from engine.adapters.registry.http import Downloads
from engine.adapters.registry.offers import ProviderProtocol
from engine.core.addrs import DEFAULT_REGISTRY, ProviderAddress, Version
from engine.core.errors import NotFound, RegistryFailed
from engine.ports.registry import Documentation, DocumentedType, Finding, OfferedVersion

_DOCS: Final = "the registry's documentation"


class RegistryClient:
    """Asks the registry in a provider's address; and one docs API, which knows the default registry's alone.

    Args:
        hosts: other URLs to speak to for some registry hosts, as OpenTofu's `host` blocks do.
        docs: the root of the docs API.
    """

    def __init__(self, downloads: Downloads, docs: str, hosts: Mapping[str, str] | None = None) -> None:
        self._protocol = ProviderProtocol(downloads, hosts)
        self._docs = DocsApi(downloads, docs)

    async def search(self, query: str) -> Sequence[Finding]:
        """Return what the docs API's search finds; see the port."""
        with _asked("the registry's search", _no_search()):
            return await self._docs.search(query)

    async def versions(self, address: ProviderAddress) -> Sequence[OfferedVersion]:
        """Ask for the versions by the registry protocol; see the port."""
        with _asked(f"the registry {address.host}", _no_provider(address)):
            return await self._protocol.versions(address)

    async def documentation(self, address: ProviderAddress, version: Version | None) -> Documentation:
        """Ask the docs API for the index of a version; see the port."""
        _check_documented(address)
        if version is None:
            with _asked(_DOCS, _no_provider(address)):
                version = _newest(address, await self._docs.versions(address))
        with _asked(_DOCS, _no_version(address, version)):
            types = await self._docs.types(address, version)
        return Documentation(address=address, version=version, types=tuple(types))

    async def page(self, address: ProviderAddress, version: Version, of: DocumentedType) -> str:
        """Fetch one page; see the port."""
        _check_documented(address)
        missing = NotFound(
            f"the registry has no page of {of.name} in {address} {version}",
            field="type",
            hint="ask for a type that the documentation of this version lists",
        )
        with _asked(_DOCS, missing):
            return await self._docs.page(address, version, of)


@contextmanager
def _asked(whom: str, missing: NotFound | RegistryFailed) -> Iterator[None]:
    """Name whom an error is about, and turn the answer that there is nothing into what is missing."""
    try:
        yield
    except NothingThere as failure:
        raise missing from failure
    except RegistryFailed as failure:
        # What the transport says of whom it asked begins with a verb.
        raise RegistryFailed(
            f"{whom} {failure.message}", hint=failure.hint, facts=failure.facts, untrusted=failure.untrusted
        ) from failure


def _newest(address: ProviderAddress, documented: Sequence[Version]) -> Version:
    """Return the newest release, or the newest of all where there is none."""
    if not documented:
        raise _no_provider(address)
    return next((version for version in documented if not version.prerelease), documented[0])


def _check_documented(address: ProviderAddress) -> None:
    if address.host != DEFAULT_REGISTRY:
        raise NotFound(
            f"the documentation of providers of {address.host} is not known",
            field="provider",
            hint=f"install it, and its schema answers: intent provider install {address}",
        )


def _no_search() -> RegistryFailed:
    return RegistryFailed(
        "the registry has no search", hint="INTENT_REGISTRY_API_URL names the documentation API"
    )


def _no_provider(address: ProviderAddress) -> NotFound:
    return NotFound(
        f"the registry {address.host} has no provider {address.namespace}/{address.name}",
        field="provider",
        hint="search for it: intent provider search",
    )


def _no_version(address: ProviderAddress, version: Version) -> NotFound:
    return NotFound(
        f"the registry documents no {address} {version}",
        field="version",
        hint="leave the version out, or ask for the versions",
    )
