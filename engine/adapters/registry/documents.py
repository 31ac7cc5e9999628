"""The docs API of OpenTofu's registry: search, indexes, pages. Their words are others' and stay as they are.

Its shapes: https://github.com/opentofu/registry-ui (its OpenAPI document and its search worker). Versions
carry a `v` here, names are in lower case, and lists that are empty may be null.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final
from urllib.parse import quote

from pydantic import BaseModel, Field, JsonValue, TypeAdapter, ValidationError

from engine.adapters.registry.http import Document, Downloads
from engine.adapters.registry.offers import not_as_documented, read
from engine.core.addrs import ProviderAddress, Version, parse_type
from engine.core.errors import InvalidInput
from engine.core.limits import REGISTRY_INDEX_MAX_BYTES, REGISTRY_PAGE_MAX_BYTES, REGISTRY_TYPES_MAX
from engine.ports.registry import DocumentedType, Finding, PageKind

_KINDS: Final[Mapping[str, PageKind | None]] = {
    "provider": None,
    "provider/resource": PageKind.RESOURCE,
    "provider/datasource": PageKind.DATA_SOURCE,
}
_FOLDERS: Final = {PageKind.RESOURCE: "resources", PageKind.DATA_SOURCE: "datasources"}
_DOCUMENT: Final = r"^[a-zA-Z0-9 ._-]{1,255}$"
_TYPE: Final = re.compile(r"(?<![A-Za-z0-9_])[a-z][a-z0-9]*_[a-z0-9_]+(?![A-Za-z0-9_])")

_POPULARITY_MAX: Final = 10**12


class _Found(BaseModel):
    type: str
    addr: str
    version: str | None = ""
    title: str | None = ""
    description: str | None = ""
    popularity: Annotated[float, Field(allow_inf_nan=False, le=_POPULARITY_MAX)] | None = 0
    link_variables: Mapping[str, str] | None = None


class _Page(BaseModel):
    name: str = Field(pattern=_DOCUMENT)
    title: str | None = ""
    subcategory: str | None = ""
    description: str | None = ""


class _VersionName(BaseModel):
    id: str


class _ProviderIndex(BaseModel):
    versions: tuple[_VersionName, ...] | None = ()


class _Pages(BaseModel):
    resources: tuple[JsonValue, ...] | None = Field(default=(), max_length=REGISTRY_TYPES_MAX)
    datasources: tuple[JsonValue, ...] | None = Field(default=(), max_length=REGISTRY_TYPES_MAX)


class _VersionIndex(BaseModel):
    docs: _Pages | None = None


_FOUND: Final = TypeAdapter(tuple[JsonValue, ...])


class DocsApi:
    """Asks one docs API; every method raises what `Downloads.document` does, and for answers of another form.

    Args:
        downloads: asks over HTTP.
        root: its URL.
    """

    def __init__(self, downloads: Downloads, root: str) -> None:
        self._downloads = downloads
        self._root = f"{root.rstrip('/')}/registry/docs"

    async def search(self, query: str) -> Sequence[Finding]:
        """Return what a search finds, in its order; what is about no provider or type is left out."""
        document = await self._downloads.document(
            f"{self._root}/search?q={quote(query.encode('utf-8', 'replace'), safe='')}"
        )
        try:
            listed = _FOUND.validate_json(document.body)
        except ValidationError as failure:
            document.drop()
            raise not_as_documented(str(failure)) from failure
        return [finding for one in listed if (finding := _finding(one)) is not None]

    async def versions(self, address: ProviderAddress) -> Sequence[Version]:
        """Return the versions that are documented, newest first."""
        listed = read(_ProviderIndex, await self._index(self._provider(address))).versions or ()
        return sorted({v for one in listed if (v := _version(one.id)) is not None}, reverse=True)

    async def types(self, address: ProviderAddress, version: Version) -> Sequence[DocumentedType]:
        """Return what the index of a version lists, by kind and name; entries without a name are left out."""
        index = await self._index(f"{self._provider(address)}/v{version}")
        docs = read(_VersionIndex, index).docs or _Pages()
        found = {
            (kind, one.name): one
            for kind, listed in (
                (PageKind.RESOURCE, docs.resources),
                (PageKind.DATA_SOURCE, docs.datasources),
            )
            for one in _documented(address, kind, listed or ())
        }
        return [found[key] for key in sorted(found)]

    async def page(self, address: ProviderAddress, version: Version, of: DocumentedType) -> str:
        """Return the page of a type: Markdown; bytes that are no UTF-8 are replaced."""
        name = quote(of.document.lower(), safe="")
        url = f"{self._provider(address)}/v{version}/{_FOLDERS[of.kind]}/{name}.md"
        return (await self._downloads.text(url, REGISTRY_PAGE_MAX_BYTES)).decode("utf-8", "replace")

    async def _index(self, folder: str) -> Document:
        return await self._downloads.document(f"{folder}/index.json", REGISTRY_INDEX_MAX_BYTES)

    def _provider(self, address: ProviderAddress) -> str:
        return f"{self._root}/providers/{address.namespace}/{address.name}"


def _finding(one: JsonValue) -> Finding | None:
    try:
        found = _Found.model_validate(one)
        address = ProviderAddress.parse(found.addr)
    except (ValidationError, InvalidInput):
        return None
    document = (found.link_variables or {}).get("id", "")
    kind = _KINDS.get(found.type)
    if found.type not in _KINDS or (kind is not None and re.fullmatch(_DOCUMENT, document) is None):
        return None
    try:
        name = "" if kind is None else _type_name(address, document, found.title or "")
    except InvalidInput:
        return None
    return Finding(
        address=address,
        kind=kind,
        name=name,
        version=_version(found.version or ""),
        title=found.title or "",
        description=found.description or "",
        popularity=max(0, int(found.popularity or 0)),
    )


def _documented(
    address: ProviderAddress, kind: PageKind, listed: Iterable[JsonValue]
) -> Iterable[DocumentedType]:
    for one in listed:
        try:
            page = _Page.model_validate(one)
            name = _type_name(address, page.name, page.title or "")
        except (ValidationError, InvalidInput):
            continue
        yield DocumentedType(
            kind=kind,
            name=name,
            document=page.name,
            subcategory=page.subcategory or "",
            description=page.description or "",
        )


def _type_name(address: ProviderAddress, document: str, title: str) -> str:
    """Return the full name of the type that a page is about.

    Pages are mostly named without the provider's prefix, which need not be the provider's name: the types of
    google-beta begin with `google_`. Titles mostly hold the name in full: `AWS: aws_s3_bucket`.

    Raises:
        InvalidInput: what comes of it can be no type.
    """
    short = document.lower()
    for name in _TYPE.findall(title):
        if name == short or name.endswith(f"_{short}"):
            return parse_type(str(name))
    prefix = address.name.partition("-")[0]
    return parse_type(short if short.startswith(f"{prefix}_") else f"{prefix}_{short}")


def _version(text: str) -> Version | None:
    try:
        return Version.parse(text)
    except InvalidInput:
        return None
