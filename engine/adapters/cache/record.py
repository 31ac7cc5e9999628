"""`installed.json`: what was installed, with which hashes, signed by whom; what it lacks. Others check."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from engine.adapters.cache.files import replace_text
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import InvalidInput, NotFound, NotSetUp
from engine.core.limits import PACKAGE_FILES_MAX
from engine.core.providers.hashes import is_package_hash, package_hash
from engine.core.providers.names import suggestion
from engine.core.providers.packages import is_file_name, parse_platform
from engine.ports.mirror import ProviderPackage

RECORD_NAME: Final = "installed.json"

_Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# INVARIANT: a plain file name, so that no record can point outside of its package's folder.
_Executable = Annotated[str, StringConstraints(pattern=r"^terraform-provider-[A-Za-z0-9._-]{1,200}$")]


def _in_folder(name: str) -> str:
    if not is_file_name(name):
        raise ValueError("is not the name of a file in the package's folder")
    return name


def _spelt(text: str) -> str:
    if not is_package_hash(text):
        raise ValueError("is not a hash of a package")
    return text


class _Package(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: str
    version: str
    platform: str
    executable: _Executable
    source: str

    @model_validator(mode="after")
    def _parsed(self) -> Self:
        try:
            known = (self.pin.address.full, str(self.pin.version), parse_platform(self.platform))
        except InvalidInput as failure:
            raise ValueError(failure.message) from failure
        if known != self.key:
            raise ValueError("is not spelt as it is written here")
        return self

    @property
    def pin(self) -> ProviderPin:
        """Which provider it is, at which version."""
        return ProviderPin(address=ProviderAddress.parse(self.provider), version=Version.parse(self.version))

    @property
    def key(self) -> tuple[str, str, str]:
        """What a record holds one package of."""
        return (self.provider, self.version, self.platform)


class RecordedPackage(_Package):
    """One installed package, as format 1.1 has it.

    Attributes:
        files: hexadecimal SHA-256 by path below the package's folder, the executable's among them.
        hashes: the `h1:` of those files and every `zh:` that is known of this version, sorted.
        signer: fingerprint of the key that signed the checksums; None where nobody did.
    """

    files: Annotated[
        dict[Annotated[str, AfterValidator(_in_folder)], _Sha256],
        Field(min_length=1, max_length=PACKAGE_FILES_MAX),
    ]
    hashes: tuple[Annotated[str, AfterValidator(_spelt)], ...]
    signer: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.executable not in self.files:
            raise ValueError("the executable is not among the files")
        if package_hash(self.files) not in self.hashes:
            raise ValueError("the hashes are not those of the files")
        return self


class _OldPackage(_Package):
    """One package as format 1.0 has it: a folder that holds one executable."""

    sha256: _Sha256

    def current(self) -> RecordedPackage:
        files = {self.executable: self.sha256}
        given = self.model_dump(exclude={"sha256"})
        return RecordedPackage(**given, files=files, hashes=(package_hash(files),))


class _OldRecord(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: Literal["1.0"]
    packages: tuple[_OldPackage, ...] = ()


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: Literal["1.1"] = "1.1"
    packages: tuple[RecordedPackage, ...] = ()


_ANY: Final = TypeAdapter[_Record | _OldRecord](
    Annotated[_Record | _OldRecord, Field(discriminator="format_version")]
)


def read_record(root: Path) -> tuple[RecordedPackage, ...]:
    """Return what the record of a mirror names; nothing where there is no record.

    Raises:
        NotSetUp: it cannot be read, or something in it is not as it was written.
    """
    path = root / RECORD_NAME
    try:
        record = _ANY.validate_json(path.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError) as failure:
        raise NotSetUp(
            f"the record of installed providers in {root} cannot be read",
            hint=f"remove {path} and run `intent setup`",
            untrusted=str(failure),
        ) from failure
    if isinstance(record, _OldRecord):
        return tuple(package.current() for package in record.packages)
    return record.packages


def write_record(root: Path, packages: Sequence[RecordedPackage]) -> None:
    """Write the record in one step, and remove what killed runs left of theirs. The caller holds its lock.

    Raises:
        NotSetUp: the mirror cannot be written.
    """
    for left in root.glob(f".{RECORD_NAME}.*"):
        left.unlink(missing_ok=True)
    ordered = sorted(packages, key=lambda package: package.key)
    replace_text(root / RECORD_NAME, _Record(packages=tuple(ordered)).model_dump_json(indent=2) + "\n")


def absent(
    address: ProviderAddress, version: Version | None, packages: Sequence[ProviderPackage]
) -> NotFound:
    """Return the error for a provider that is none of the mirror's `packages`, or not in that version."""
    versions = [str(package.pin.version) for package in packages if package.pin.address == address]
    if versions:
        return NotFound(
            f"{address} {version} is not installed; installed is {', '.join(versions)}",
            field="provider_version",
            hint=f"use {versions[0]}, or run `intent provider install {address}@{version}`",
            facts={"versions": list(versions)},
        )
    names = sorted({str(package.pin.address) for package in packages})
    near = suggestion(str(address), names)
    return NotFound(
        f"the provider {address} is not installed; installed is {', '.join(names)}",
        field="provider",
        hint=f"{near or 'use an installed provider,'} or run `intent provider install {address}`",
        facts={"providers": list(names)},
    )
