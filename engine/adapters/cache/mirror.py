"""The provider mirror: a folder in OpenTofu's unpacked `filesystem_mirror` layout. It downloads nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

import anyio
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from engine.adapters.cache.files import check_executable, check_hash, replace_executable, replace_text
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import IntegrityFailed, InvalidInput, NotFound, NotSetUp
from engine.ports.artifacts import Fetched, Installed, Progress
from engine.ports.mirror import ProviderPackage

RECORD_NAME: Final = "installed.json"
_Identity = tuple[int, int, int, int]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: str
    version: str
    platform: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+_[a-z0-9]+$")]
    # INVARIANT: a plain file name, so that no record can point outside of its package's folder.
    executable: Annotated[str, StringConstraints(pattern=r"^terraform-provider-[A-Za-z0-9._-]{1,200}$")]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    source: str


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: Literal["1.0"] = "1.0"
    packages: tuple[_Entry, ...] = ()


class FilesystemMirror:
    """The `ProviderMirror` port on a folder; `installed.json` says what was installed, and with which hash.

    A provider that lies in the folder but not in the record is not there: nobody has checked it.
    """

    def __init__(self, root: Path, platform: str) -> None:
        self.root = root
        self.platform = platform
        self._verified: dict[Path, tuple[str, _Identity]] = {}

    def packages(self) -> Sequence[ProviderPackage]:
        """Return what is installed for this platform; see the port."""
        entries = [entry for entry in self._read().packages if entry.platform == self.platform]
        packages = sorted(
            (self._package(entry) for entry in entries), key=lambda p: p.pin.version, reverse=True
        )
        return sorted(packages, key=lambda package: package.pin.address.full)

    def resolve(self, address: ProviderAddress, version: Version | None) -> ProviderPackage:
        """Return the package of that version, or the newest; see the port."""
        packages = self.packages()
        if not packages:
            raise NotSetUp(f"no provider is installed for {self.platform}", hint="run `intent setup`")
        of_address = [package for package in packages if package.pin.address == address]
        for package in of_address:
            if version is None or package.pin.version == version:
                return package
        if of_address:
            versions = [str(package.pin.version) for package in of_address]
            raise NotFound(
                f"{address} {version} is not installed; installed is {', '.join(versions)}",
                field="provider_version",
                hint=f"use {versions[0]}, or leave the version out",
                facts={"versions": list(versions)},
            )
        names = sorted({str(package.pin.address) for package in packages})
        raise NotFound(
            f"the provider {address} is not installed; installed is {', '.join(names)}",
            field="provider",
            hint="use an installed provider",
            facts={"providers": list(names)},
        )

    async def verify(self, package: ProviderPackage) -> None:
        """Compare the executable with its recorded hash; see the port."""
        await anyio.to_thread.run_sync(self._verify, package)

    def source_of(self, package: ProviderPackage) -> str:
        """Return in words where an installed package came from.

        Raises:
            NotSetUp: the record cannot be read.
        """
        keys = {_key(entry): entry.source for entry in self._read().packages}
        return keys.get((package.pin.address.full, str(package.pin.version), package.platform), "unknown")

    def install(self, pin: ProviderPin, fetched: Fetched) -> ProviderPackage:
        """Move a checked executable into its folder and record its hash. The caller holds the mirror's lock.

        Raises:
            NotSetUp: the mirror cannot be written.
        """
        entry = _Entry(
            provider=pin.address.full,
            version=str(pin.version),
            platform=self.platform,
            executable=fetched.executable.name,
            sha256=fetched.sha256,
            source=fetched.source,
        )
        package = self._package(entry)
        # INVARIANT: file first, record last: a run killed in between leaves a file that nothing trusts.
        replace_executable(fetched.executable, package.executable)
        others = tuple(other for other in self._read().packages if _key(other) != _key(entry))
        record = _Record(packages=(*others, entry))
        replace_text(self.root / RECORD_NAME, record.model_dump_json(indent=2) + "\n")
        return package

    def _verify(self, package: ProviderPackage) -> None:
        status = check_executable(package.executable)
        identity = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        # INVARIANT: a result is kept only for the very file that was hashed: any write changes its ctime.
        if self._verified.get(package.executable) == (package.sha256, identity):
            return
        self._verified.pop(package.executable, None)
        check_hash(package.executable, package.sha256)
        self._verified[package.executable] = (package.sha256, identity)

    def _package(self, entry: _Entry) -> ProviderPackage:
        try:
            address, version = ProviderAddress.parse(entry.provider), Version.parse(entry.version)
        except InvalidInput as failure:
            raise self._unreadable(failure) from failure
        folder = self.root / address.host / address.namespace / address.name / str(version) / entry.platform
        return ProviderPackage(
            pin=ProviderPin(address=address, version=version),
            platform=entry.platform,
            folder=folder.absolute(),
            executable=folder.absolute() / entry.executable,
            sha256=entry.sha256,
        )

    def _read(self) -> _Record:
        try:
            return _Record.model_validate_json((self.root / RECORD_NAME).read_bytes())
        except FileNotFoundError:
            return _Record()
        except (OSError, ValidationError) as failure:
            raise self._unreadable(failure) from failure

    def _unreadable(self, failure: Exception) -> NotSetUp:
        return NotSetUp(
            f"the record of installed providers in {self.root} cannot be read",
            hint=f"remove {self.root / RECORD_NAME} and run `intent setup`",
            untrusted=str(failure),
        )


def _key(entry: _Entry) -> tuple[str, str, str]:
    return (entry.provider, entry.version, entry.platform)


class ProviderShelf:
    """The `Shelf` port for one provider version of a mirror."""

    def __init__(self, mirror: FilesystemMirror, pin: ProviderPin) -> None:
        self._mirror = mirror
        self._pin = pin

    async def find(self, progress: Progress) -> Installed | None:
        """Return the installed package after hashing it; see the port."""
        del progress  # there is nothing to say before the result
        package = next((one for one in self._mirror.packages() if one.pin == self._pin), None)
        if package is None:
            return None
        await self._mirror.verify(package)
        return self._installed(package)

    async def place(self, fetched: Fetched) -> Installed:
        """Install the package; see the port."""
        package = await anyio.to_thread.run_sync(self._mirror.install, self._pin, fetched)
        try:
            await self._mirror.verify(package)
        except IntegrityFailed as failure:
            raise NotSetUp(
                f"{self._pin} changed while it was installed", hint="run `intent setup` again"
            ) from failure
        return self._installed(package)

    def _installed(self, package: ProviderPackage) -> Installed:
        return Installed(
            version=str(self._pin.version),
            executable=package.executable,
            sha256=package.sha256,
            source=self._mirror.source_of(package),
        )
