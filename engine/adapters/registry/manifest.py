"""`providers_cache/manifest.toml`: what set-up wants and the pins it holds everything to. Reading only."""

import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import InvalidInput, NotSetUp

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{40}$")]
PackageName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,100}$")]
PackageVersion = Annotated[str, StringConstraints(pattern=r"^[0-9][0-9A-Za-z.+-]{0,60}$")]


def _is_version(text: str) -> str:
    try:
        Version.parse(text)
    except InvalidInput as failure:
        raise ValueError(failure.message) from failure
    return text


def _is_address(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        return ProviderAddress.parse(text)
    except InvalidInput as failure:
        raise ValueError(failure.message) from failure


ReleaseVersion = Annotated[str, AfterValidator(_is_version)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Strict):
    """A file inside an archive; when another member follows, it is itself an archive."""

    path: str
    sha256: Sha256


class PackagePin(_Strict):
    """A package of a package client for one platform, and the way to the executable inside.

    Attributes:
        sha256: of the archive as the client downloads it.
        members: from the outermost archive inwards; the last one is the executable.
    """

    package: PackageName
    version: PackageVersion
    sha256: Sha256
    members: Annotated[tuple[Member, ...], Field(min_length=1)]


class ReleasePin(_Strict):
    """An official release of OpenTofu.

    Attributes:
        downloads: URL of the folder that holds one folder for each version, `v1.2.3`.
        key: URL of the public signing key.
        key_fingerprint: the only primary key that is accepted, 40 hexadecimal digits.
    """

    version: ReleaseVersion
    downloads: str
    key: str
    key_fingerprint: Fingerprint


class OpenTofuPins(_Strict):
    """How OpenTofu may be had; package pins are by platform."""

    minimum: ReleaseVersion
    release: ReleasePin
    npm: dict[str, PackagePin] = {}


class WantedProvider(_Strict):
    """A provider version that the demo and the tests need; package pins are by platform."""

    address: Annotated[ProviderAddress, BeforeValidator(_is_address)]
    version: ReleaseVersion
    python: dict[str, PackagePin] = {}

    @property
    def pin(self) -> ProviderPin:
        """The address and version as one value."""
        return ProviderPin(address=self.address, version=Version.parse(self.version))


class Manifest(_Strict):
    """The whole file."""

    format_version: Literal["1.0"]
    opentofu: OpenTofuPins
    provider: tuple[WantedProvider, ...]


_HINT: Final = "restore providers_cache/manifest.toml from the repository or reinstall the package"


def read_manifest(path: Path) -> Manifest:
    """Read the manifest.

    Raises:
        NotSetUp: the file is missing or malformed.
    """
    try:
        return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as failure:
        raise NotSetUp(f"{path} cannot be read", hint=_HINT, untrusted=str(failure)) from failure
