"""The `ProviderRegistry` port over HTTP: discovery and versions by protocol, names and pages by the docs API.

The protocol: https://opentofu.org/docs/internals/provider-registry-protocol/.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar
from urllib.parse import quote, urljoin

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from engine.adapters.registry.http import Downloads
from engine.core.addrs import ProviderAddress, Version
from engine.core.errors import InvalidInput, RegistryFailed
from engine.ports.registry import Documentation, DocumentedType, Finding, OfferedVersion, PageKind

_Answer = TypeVar("_Answer", bound=BaseModel)


class _Discovery(BaseModel):
    providers: str = Field(alias="providers.v1")


class _Platform(BaseModel):
    os: str
    arch: str


class _Version(BaseModel):
    version: str
    protocols: tuple[str, ...] = ()
    platforms: tuple[_Platform, ...] = ()


class _Versions(BaseModel):
    versions: tuple[_Version, ...]


class _Found(BaseModel):
    type: str
    addr: str
    version: str = ""
    title: str = ""
    description: str = ""
    popularity: int = 0
    link_variables: Mapping[str, str] = Field(default_factory=dict)


class _VersionName(BaseModel):
    id: str


class _ProviderIndex(BaseModel):
    versions: tuple[_VersionName, ...] = ()


class _Page(BaseModel):
    name: str
    title: str = ""
    subcategory: str | None = None
    description: str | None = None


class _Pages(BaseModel):
    resources: tuple[_Page, ...] = ()
    datasources: tuple[_Page, ...] = ()


class _VersionIndex(BaseModel):
    docs: _Pages = _Pages()


_FOUND: Final = TypeAdapter(tuple[_Found, ...])
_KINDS: Final = {
    "provider": None,
    "provider/resource": PageKind.RESOURCE,
    "provider/datasource": PageKind.DATA_SOURCE,
}
_FOLDERS: Final = {PageKind.RESOURCE: "resources", PageKind.DATA_SOURCE: "datasources"}


class RegistryClient:
    """Asks the registry in a provider's address, and one docs API.

    Args:
        hosts: other URLs to speak to for some registry hosts, as OpenTofu's `host` blocks do.
        docs: the root of the docs API.
    """

    def __init__(self, downloads: Downloads, docs: str, hosts: Mapping[str, str] | None = None) -> None:
        self._downloads = downloads
        self._docs = docs.rstrip("/")
        self._hosts = hosts or {}

    async def search(self, query: str) -> Sequence[Finding]:
        """Return what the docs API's search finds; see the port."""
        answer = await self._downloads.text(f"{self._docs}/registry/docs/search?q={quote(query, safe='')}")
        try:
            found = _FOUND.validate_json(answer)
        except ValidationError as failure:
            raise _not_as_documented(failure) from failure
        return [finding for one in found if (finding := _finding(one)) is not None]

    async def versions(self, address: ProviderAddress) -> Sequence[OfferedVersion]:
        """Ask for the versions by the registry protocol; see the port."""
        host = self._hosts.get(address.host, f"https://{address.host}")
        discovery = f"{host}/.well-known/terraform.json"
        services = _read(_Discovery, await self._downloads.text(discovery))
        root = urljoin(discovery, services.providers).rstrip("/")
        answer = await self._downloads.text(f"{root}/{address.namespace}/{address.name}/versions")
        offered = [_offered(one) for one in _read(_Versions, answer).versions]
        return sorted((o for o in offered if o is not None), key=lambda o: o.version, reverse=True)

    async def documentation(self, address: ProviderAddress, version: Version | None) -> Documentation:
        """Ask the docs API for the index of a version; see the port."""
        root = f"{self._docs}/registry/docs/providers/{address.namespace}/{address.name}"
        if version is None:
            known = _read(_ProviderIndex, await self._downloads.text(f"{root}/index.json")).versions
            version = max(v for one in known if (v := _version(one.id)) is not None)
        pages = _read(_VersionIndex, await self._downloads.text(f"{root}/v{version}/index.json")).docs
        types = [
            DocumentedType(
                kind=kind,
                name=f"{address.name}_{page.name}",
                document=page.name,
                subcategory=page.subcategory or "",
                description=page.description or "",
            )
            for kind, listed in (
                (PageKind.RESOURCE, pages.resources),
                (PageKind.DATA_SOURCE, pages.datasources),
            )
            for page in listed
        ]
        ordered = sorted(types, key=lambda one: (one.kind, one.name))
        return Documentation(address=address, version=version, types=tuple(ordered))

    async def page(self, address: ProviderAddress, version: Version, of: DocumentedType) -> str:
        """Fetch one page; see the port."""
        root = f"{self._docs}/registry/docs/providers/{address.namespace}/{address.name}/v{version}"
        text = await self._downloads.text(f"{root}/{_FOLDERS[of.kind]}/{quote(of.document, safe='')}.md")
        return text.decode("utf-8", "replace")


def _finding(found: _Found) -> Finding | None:
    """Return a finding about a provider or a type of one; None for what is neither."""
    if found.type not in _KINDS:
        return None
    try:
        address = ProviderAddress.parse(found.addr)
    except InvalidInput:
        return None
    kind = _KINDS[found.type]
    name = "" if kind is None else f"{address.name}_{found.link_variables.get('id', found.title)}"
    return Finding(
        address=address,
        kind=kind,
        name=name,
        version=_version(found.version),
        title=found.title,
        description=found.description,
        popularity=found.popularity,
    )


def _offered(one: _Version) -> OfferedVersion | None:
    version = _version(one.version)
    if version is None:
        return None
    platforms = sorted(f"{platform.os}_{platform.arch}" for platform in one.platforms)
    return OfferedVersion(version=version, platforms=tuple(platforms), protocols=one.protocols)


def _version(text: str) -> Version | None:
    try:
        return Version.parse(text)
    except InvalidInput:
        return None


def _read(model: type[_Answer], answer: bytes) -> _Answer:
    try:
        return model.model_validate_json(answer)
    except ValidationError as failure:
        raise _not_as_documented(failure) from failure


def _not_as_documented(failure: ValidationError) -> RegistryFailed:
    return RegistryFailed("answered something else than the protocol says", untrusted=str(failure))
