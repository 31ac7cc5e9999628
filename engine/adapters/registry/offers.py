"""The provider registry protocol: discovery, versions, where a package is. Nothing is trusted here.

The protocol: https://opentofu.org/docs/internals/provider-registry-protocol/ and
https://opentofu.org/docs/internals/remote-service-discovery/.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar
from urllib.parse import urldefrag, urljoin, urlsplit

from pydantic import AfterValidator, BaseModel, Field, JsonValue, ValidationError

from engine.adapters.registry.exchange import NothingThere
from engine.adapters.registry.http import Document, Downloads
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import InvalidInput, RegistryFailed
from engine.core.limits import (
    REGISTRY_DISCOVERY_FRESH_SECONDS,
    REGISTRY_DISCOVERY_MAX_BYTES,
    REGISTRY_VERSIONS_MAX,
)
from engine.ports.registry import OfferedVersion

_Answer = TypeVar("_Answer", bound=BaseModel)

_DISCOVERY: Final = "/.well-known/terraform.json"
_NAME: Final = r"^[a-z0-9]{1,32}$"
_SHA256: Final = r"^[0-9a-fA-F]{64}$"


@dataclass(frozen=True)
class OfferedPackage:
    """Where the package of a version for one platform is, as the registry says; every URL is absolute.

    Attributes:
        filename: a plain name, no path.
        sha256: of the archive, lower-case hexadecimal.
        sums_url: the checksums of every archive of the version.
        signature_url: the detached OpenPGP signature of these; empty where none is offered.
        keys: armoured OpenPGP keys, any of which may have signed; empty for a provider that is not signed.
        hashes: `zh:` and `h1:` of each platform's package where the registry says them, by platform.
    """

    filename: str
    url: str
    sha256: str
    sums_url: str
    signature_url: str
    keys: tuple[str, ...]
    hashes: Mapping[str, tuple[str, ...]]


class _Platform(BaseModel):
    os: str = Field(pattern=_NAME)
    arch: str = Field(pattern=_NAME)


class _Version(BaseModel):
    version: str
    protocols: tuple[str, ...] | None = ()
    platforms: tuple[JsonValue, ...] | None = ()


class _Versions(BaseModel):
    versions: tuple[JsonValue, ...] | None = Field(max_length=REGISTRY_VERSIONS_MAX)


class _Key(BaseModel):
    ascii_armor: str = ""


class _Keys(BaseModel):
    gpg_public_keys: tuple[_Key, ...] | None = ()


class _Hashes(BaseModel):
    hashes: tuple[str, ...] | None = ()


class _Download(BaseModel):
    # INVARIANT: names a file in a scratch folder, so it is a plain name.
    filename: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,200}$")
    download_url: str
    shasum: Annotated[str, Field(pattern=_SHA256), AfterValidator(str.lower)]
    shasums_url: str
    shasums_signature_url: str | None = None
    signing_keys: _Keys | None = None
    packages: Mapping[str, _Hashes] | None = None


class ProviderProtocol:
    """Asks the registry in a provider's address.

    Args:
        downloads: asks over HTTP.
        hosts: other URLs to speak to for some registry hosts, as OpenTofu's `host` blocks do.
    """

    def __init__(self, downloads: Downloads, hosts: Mapping[str, str] | None = None) -> None:
        self._downloads = downloads
        self._hosts = hosts or {}

    async def versions(self, address: ProviderAddress) -> Sequence[OfferedVersion]:
        """Return every version that is offered, newest first; entries that name no version are left out.

        Raises:
            NothingThere: the registry has no such provider.
            RegistryFailed: it cannot be asked, offers no providers, or answers nothing that can be read.
        """
        document = await self._downloads.document(f"{await self._folder(address)}/versions")
        listed = read(_Versions, document).versions or ()
        found = {offer.version: offer for one in listed if (offer := _offered(one)) is not None}
        if listed and not found:
            raise not_as_documented("no version of the list can be read")
        return sorted(found.values(), key=lambda offer: offer.version, reverse=True)

    async def package(self, pin: ProviderPin, platform: str) -> OfferedPackage:
        """Return where the package of a version is.

        Args:
            pin: the provider and version.
            platform: such as `linux_amd64`.

        Raises:
            NothingThere: the registry has no such version, or not for that platform.
            RegistryFailed: it cannot be asked, or answers something else than the protocol says.
        """
        offers = await self.versions(pin.address)
        if not any(o.version == pin.version and platform in o.platforms for o in offers):
            raise NothingThere(f"does not have {pin} for {platform}")
        system, _, architecture = platform.partition("_")
        url = f"{await self._folder(pin.address)}/{pin.version}/download/{system}/{architecture}"
        # Never without a question: what was refused may have been mended since.
        document = await self._downloads.document(url, fresh=0.0)
        answer = read(_Download, document)
        shown = (answer.signing_keys.gpg_public_keys if answer.signing_keys is not None else None) or ()
        signature = answer.shasums_signature_url
        return OfferedPackage(
            filename=answer.filename,
            url=absolute(document.url, answer.download_url),
            sha256=answer.shasum,
            sums_url=absolute(document.url, answer.shasums_url),
            signature_url=absolute(document.url, signature) if signature else "",
            keys=tuple(key.ascii_armor for key in shown if key.ascii_armor),
            hashes={name: one.hashes or () for name, one in (answer.packages or {}).items()},
        )

    async def _folder(self, address: ProviderAddress) -> str:
        """Return the URL below which everything about a provider is, without a slash at its end."""
        host = self._hosts.get(address.host, f"https://{address.host}").rstrip("/")
        try:
            document = await self._downloads.document(
                f"{host}{_DISCOVERY}", REGISTRY_DISCOVERY_MAX_BYTES, REGISTRY_DISCOVERY_FRESH_SECONDS
            )
        except NothingThere as failure:
            raise RegistryFailed("offers no providers: it has no list of services") from failure
        service = read(_Discovery, document).providers
        if service is None:
            document.drop()
            raise RegistryFailed("offers no providers")
        root = absolute(document.url, service).rstrip("/")
        return f"{root}/{address.namespace}/{address.name}"


class _Discovery(BaseModel):
    providers: str | None = Field(alias="providers.v1", default=None)


def place_asked(address: ProviderAddress, hosts: Mapping[str, str]) -> str:
    """Return where a provider is asked for in words; of another URL no user, password or query."""
    url = hosts.get(address.host, "").rstrip("/")
    if url in ("", f"https://{address.host}"):
        return address.host
    return f"{place_of(url)} in place of {address.host}"


def place_of(url: str) -> str:
    """Return a URL's host, port and path."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


def read(model: type[_Answer], document: Document) -> _Answer:
    """Read an answer of JSON; members that nobody knows are passed over. One of another form is not kept.

    Raises:
        RegistryFailed: it has another form.
    """
    try:
        return model.model_validate_json(document.body)
    except ValidationError as failure:
        document.drop()
        raise not_as_documented(str(failure)) from failure


def absolute(base: str, link: str) -> str:
    """Return the URL that an answer found at `base` points to, without a fragment.

    Raises:
        RegistryFailed: it is none.
    """
    try:
        return urldefrag(urljoin(base, link)).url
    except ValueError as failure:
        raise RegistryFailed("points to what is no URL") from failure


def not_as_documented(why: str) -> RegistryFailed:
    """Return the error for an answer of another form."""
    return RegistryFailed("answered something else than the protocol says", untrusted=why)


def _offered(one: JsonValue) -> OfferedVersion | None:
    """Read an entry of the list of versions; None for one that names none. Odd platforms are left out."""
    try:
        entry = _Version.model_validate(one)
        version = Version.parse(entry.version)
    except (ValidationError, InvalidInput):
        return None
    platforms = {name for p in entry.platforms or () if (name := _platform(p)) is not None}
    return OfferedVersion(
        version=version, platforms=tuple(sorted(platforms)), protocols=entry.protocols or ()
    )


def _platform(one: JsonValue) -> str | None:
    try:
        platform = _Platform.model_validate(one)
    except ValidationError:
        return None
    return f"{platform.os}_{platform.arch}"
