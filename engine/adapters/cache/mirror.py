"""The provider mirror: a folder in OpenTofu's unpacked `filesystem_mirror` layout. It downloads nothing."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import anyio

from engine.adapters.cache.folders import FolderHashes, files_below, place_folder
from engine.adapters.cache.record import RecordedPackage, absent, read_record, write_record
from engine.adapters.cache.workspace import SCRATCH, record_lock
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import IntegrityFailed, NotSetUp
from engine.core.providers.allow import AllowList
from engine.core.providers.hashes import is_accepted, package_hash
from engine.core.providers.locks import WAY_TO_LOCKED
from engine.core.providers.packages import parse_platform
from engine.ports.artifacts import Fetched
from engine.ports.mirror import ProviderPackage


class FilesystemMirror:
    """The `ProviderMirror` port on a folder; `installed.json` says what was installed, and with which hashes.

    A provider that lies in the folder but not in the record is not there: nobody has checked it.
    """

    def __init__(self, root: Path, platform: str, allow: AllowList | None = None) -> None:
        self.root = root
        self.platform = platform
        self.allow = allow or AllowList()
        self._hashes = FolderHashes()

    def packages(self) -> Sequence[ProviderPackage]:
        """Return what is installed for this platform; see the port."""
        found = [self._package(one) for one in read_record(self.root) if one.platform == self.platform]
        preferred_first = sorted(found, key=lambda package: package.pin.version.preference, reverse=True)
        return sorted(preferred_first, key=lambda package: package.pin.address.full)

    def resolve(self, address: ProviderAddress, version: Version | None) -> ProviderPackage:
        """Return the package of that version, or the newest release; see the port."""
        self.allow.check(address)
        packages = self.packages()
        if not packages:
            raise NotSetUp(f"no provider is installed for {self.platform}", hint="run `intent setup`")
        for package in packages:
            if package.pin.address == address and version in (None, package.pin.version):
                return package
        raise absent(address, version, packages)

    async def verify(self, package: ProviderPackage, accepted: Collection[str] | None = None) -> None:
        """Compare every file with its recorded hash, and all of them with a lock's; see the port."""
        self.allow.check(package.pin.address)
        await anyio.to_thread.run_sync(self._verify, package, accepted)

    def install(self, pin: ProviderPin, fetched: Fetched) -> ProviderPackage:
        """Move a checked package into its folder and record its hashes.

        Raises:
            Forbidden: the allow-list refuses the provider.
            NotSetUp: the mirror cannot be written, or its record is held by another for too long.
        """
        self.allow.check(pin.address)
        files = fetched.files or {fetched.executable.name: fetched.sha256}
        entry = RecordedPackage(
            provider=pin.address.full,
            version=str(pin.version),
            platform=parse_platform(self.platform),
            executable=fetched.executable.name,
            files=dict(files),
            hashes=tuple(sorted({package_hash(files), *fetched.archives})),
            source=fetched.source,
            signer=fetched.signer,
        )
        package = self._package(entry)
        with record_lock(self.root):
            # INVARIANT: files first, record last: a run killed in between leaves files that nothing trusts.
            place_folder(
                fetched.executable.parent, files, entry.executable, self.root / SCRATCH, package.folder
            )
            others = (other for other in read_record(self.root) if other.key != entry.key)
            write_record(self.root, (*others, entry))
        return package

    def _verify(self, package: ProviderPackage, accepted: Collection[str] | None) -> None:
        # INVARIANT: a file too many is refused as well: a provider may load it, and the hash is over all.
        names = files_below(package.folder)
        _compare(package, dict.fromkeys(names, ""), dict.fromkeys(package.files, ""))
        found = self._hashes.of(package.folder, names)
        _compare(package, found, package.files)
        if not is_accepted(package_hash(found), accepted):
            raise IntegrityFailed(
                f"{package.pin} is not the package that the project's lock holds",
                hint=WAY_TO_LOCKED,
                facts={"found": package_hash(found), "locked": list(sorted(accepted or ())[:10])},
            )

    def _package(self, entry: RecordedPackage) -> ProviderPackage:
        pin = entry.pin
        address = pin.address
        folder = self.root / address.host / address.namespace / address.name / entry.version / entry.platform
        return ProviderPackage(
            pin=pin,
            platform=entry.platform,
            folder=folder.absolute(),
            executable=folder.absolute() / entry.executable,
            sha256=entry.files[entry.executable],
            files=entry.files,
            hashes=entry.hashes,
            source=entry.source,
            signer=entry.signer,
        )


def _compare(package: ProviderPackage, found: Mapping[str, str], expected: Mapping[str, str]) -> None:
    """Compare hashes by name.

    Raises:
        IntegrityFailed: naming the first file that is gone, was added or has changed.
    """
    if found == expected:
        return
    differing = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    name = differing[0]
    if name not in found:
        reason = f"{name} cannot be read: it is gone"
    elif name not in expected:
        reason = f"{name[:100]!a} was added to the folder"
    else:
        reason = f"{name} is not the file that was installed"
    address = f"{package.pin.address}@{package.pin.version}"
    raise IntegrityFailed(
        f"{package.pin}: {reason}",
        hint=f"run `intent provider install {address}`, which brings it again",
        facts={"differing": list(differing[:10]), "expected": expected.get(name), "found": found.get(name)},
    )
