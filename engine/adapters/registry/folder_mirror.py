"""Providers from a folder in OpenTofu's `filesystem_mirror` layout, packed or unpacked, on this machine."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import anyio

from engine.adapters.registry.checks import fresh_folder, new_file, write
from engine.adapters.registry.suppliers import nothing_of
from engine.adapters.registry.unpacking import unpacked
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import IntegrityFailed, InvalidInput, NotSetUp, RegistryFailed
from engine.core.limits import ARCHIVE_MAX_BYTES, PACKAGE_FILES_MAX, PACKAGE_MAX_BYTES
from engine.core.providers.hashes import archive_hash
from engine.core.providers.packages import check_file_names, executable_among, parse_platform
from engine.ports.artifacts import Fetched, Progress, Source, Step, StepKind
from engine.ports.registry import OfferedVersion

_CHUNK_BYTES: Final = 1024**2


class FolderMirror:
    """The `Supplier` port for one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def name(self) -> str:
        """The place in words."""
        return f"filesystem mirror {self._root}"

    async def versions(self, address: ProviderAddress) -> Sequence[OfferedVersion]:
        """Look what lies there; see the port."""
        return await anyio.to_thread.run_sync(self._versions, address)

    def source(self, pin: ProviderPin, platform: str) -> Source:
        """Return what lies there; see the port."""
        return _FolderSource(self.name, self._folder(pin.address), pin, platform)

    def _folder(self, address: ProviderAddress) -> Path:
        return self._root / address.host / address.namespace / address.name

    def _versions(self, address: ProviderAddress) -> Sequence[OfferedVersion]:
        found: dict[Version, set[str]] = {}
        for version, platform in _packages(address, self._listed(self._folder(address))):
            found.setdefault(version, set()).add(platform)
        if not found:
            raise nothing_of(address, self.name)
        return [OfferedVersion(version=v, platforms=tuple(sorted(p))) for v, p in found.items()]

    def _listed(self, folder: Path) -> Iterator[str]:
        """Yield the paths of archives and of folders that may hold a package, below a provider's folder."""
        try:
            for entry in folder.iterdir():
                if entry.name.endswith(".zip"):
                    yield entry.name
                elif entry.is_dir():
                    yield from (f"{entry.name}/{platform.name}" for platform in entry.iterdir())
        except FileNotFoundError:
            return
        except OSError as failure:
            raise NotSetUp(
                f"{folder} cannot be read: {failure.strerror}",
                hint="make it readable, or name another mirror",
            ) from failure


def _packages(address: ProviderAddress, listed: Iterable[str]) -> Iterator[tuple[Version, str]]:
    prefix = f"terraform-provider-{address.name}_"
    for path in listed:
        if path.endswith(".zip"):
            version, _, platform = path.removesuffix(".zip").removeprefix(prefix).partition("_")
            fits = path.startswith(prefix)
        else:
            version, _, platform = path.partition("/")
            fits = True
        try:
            # What is spelt in another way is not found again where it is fetched.
            if fits and str(Version.parse(version)) == version:
                yield Version.parse(version), parse_platform(platform)
        except InvalidInput:
            continue


class _FolderSource:
    def __init__(self, name: str, folder: Path, pin: ProviderPin, platform: str) -> None:
        self.name = name
        self._pin = pin
        self._packed = folder / f"terraform-provider-{pin.address.name}_{pin.version}_{platform}.zip"
        self._unpacked = folder / str(pin.version) / platform

    async def fetch(self, scratch: Path, progress: Progress) -> Fetched:
        """Copy the package, hashing what is copied; see the port."""
        progress.report(Step(kind=StepKind.FETCHING, subject=str(self._pin), text=self.name))
        return await anyio.to_thread.run_sync(self._fetch, scratch)

    def _fetch(self, scratch: Path) -> Fetched:
        room = fresh_folder(scratch)
        try:
            if self._packed.is_file():
                archive = room / self._packed.name
                known = (archive_hash(_copy(self._packed, archive, ARCHIVE_MAX_BYTES)),)
                fetched = unpacked(archive, scratch, self._pin.address)
                return fetched.model_copy(update={"source": self.name, "archives": known})
            if self._unpacked.is_dir():
                return self._copied(room)
        except OSError as failure:
            raise NotSetUp(
                f"{self.name} cannot be read: {failure.strerror}", hint="make it readable, or name another"
            ) from failure
        raise RegistryFailed(f"does not have {self._pin} for {self._unpacked.name}")

    def _copied(self, room: Path) -> Fetched:
        # The folder itself may be a link, as OpenTofu lets it; nothing in it may.
        source = self._unpacked.resolve()
        names = check_file_names(islice(_files(source), PACKAGE_FILES_MAX + 1))
        files: dict[str, str] = {}
        left = PACKAGE_MAX_BYTES
        for name in names:
            target = room / name
            files[name] = _copy(source / name, target, left)
            left -= target.stat().st_size
        executable = executable_among(self._pin.address, files)
        return Fetched(executable=room / executable, sha256=files[executable], source=self.name, files=files)


def _files(folder: Path) -> Iterator[str]:
    for place, folders, names in os.walk(folder, onerror=_raised):
        for name in (*folders, *names):
            path = Path(place) / name
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise IntegrityFailed(f"the package holds what is not a plain file: {name[:100]!a}")
        yield from ((Path(place) / name).relative_to(folder).as_posix() for name in names)


def _raised(failure: OSError) -> None:
    raise failure


def _copy(source: Path, target: Path, max_bytes: int) -> str:
    """Copy a file of at most that many bytes and return the hexadecimal SHA-256 of the copy."""
    sha256, size = hashlib.sha256(), 0
    with source.open("rb") as file, new_file(target) as copy:
        while part := file.read(_CHUNK_BYTES):
            size += len(part)
            if size > max_bytes:
                raise IntegrityFailed(f"{source.name} is larger than {max_bytes} bytes")
            sha256.update(part)
            write(copy, part)
    return sha256.hexdigest()
