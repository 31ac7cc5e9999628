"""The `PackageInventory` port on a mirror's folder."""

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import anyio

from engine.adapters.cache.folders import unwritable
from engine.adapters.cache.mirror import FilesystemMirror
from engine.adapters.cache.record import read_record, write_record
from engine.adapters.cache.workspace import PARTS, SCRATCH, left_behind, record_lock
from engine.core.providers.allow import AllowList
from engine.ports.inventory import Leftover, LeftoverKind
from engine.ports.mirror import ProviderPackage

# HOST/NAMESPACE/NAME/VERSION/PLATFORM.
_LAYOUT: Final = "*/*/*/*/*"


class MirrorInventory:
    """Everything in one mirror."""

    def __init__(self, root: Path, allow: AllowList) -> None:
        self._root = root
        self._allow = allow

    def packages(self) -> Sequence[ProviderPackage]:
        """Return what is installed for any platform; see the port."""
        platforms = sorted({one.platform for one in read_record(self._root)})
        found = [package for platform in platforms for package in self._mirror(platform).packages()]
        return sorted(found, key=lambda package: package.pin.address.full)

    async def size(self, package: ProviderPackage) -> int:
        """Add up its files; see the port."""
        return await anyio.to_thread.run_sync(_size, package.folder)

    async def verify(self, package: ProviderPackage) -> None:
        """Hash with a mirror of its own, which remembers nothing; see the port."""
        await self._mirror(package.platform).verify(package)

    async def remove(self, packages: Sequence[ProviderPackage]) -> None:
        """Remove packages; see the port."""
        await anyio.to_thread.run_sync(self._remove, packages)

    async def sweep(self, *, dry_run: bool) -> Sequence[Leftover]:
        """Remove leftovers; see the port."""
        return await anyio.to_thread.run_sync(self._sweep, dry_run)

    def _mirror(self, platform: str) -> FilesystemMirror:
        return FilesystemMirror(self._root, platform, self._allow)

    def _remove(self, packages: Sequence[ProviderPackage]) -> None:
        gone = {(one.pin.address.full, str(one.pin.version), one.platform) for one in packages}
        with record_lock(self._root):
            # INVARIANT: record first, files afterwards: what is half removed is trusted by nothing.
            write_record(self._root, [one for one in read_record(self._root) if one.key not in gone])
            for package in packages:
                self._delete(package.folder)

    def _sweep(self, dry_run: bool) -> Sequence[Leftover]:  # noqa: FBT001 - anyio's threads pass no keywords
        if dry_run:
            # Also where nothing can be written, a lock included.
            return list(self._leftovers())
        found = []
        with record_lock(self._root):
            for leftover in self._leftovers():
                found.append(leftover)
                self._delete(leftover.path)
        return found

    def _leftovers(self) -> Iterator[Leftover]:
        for kind, folder in ((LeftoverKind.SCRATCH, SCRATCH), (LeftoverKind.PART, PARTS)):
            for path in left_behind(self._root, folder):
                yield Leftover(kind=kind, path=path, size_bytes=_size(path))
        recorded = {package.folder for package in self.packages()}
        for path in sorted(self._root.absolute().glob(_LAYOUT)):
            hidden = path.relative_to(self._root.absolute()).parts[0].startswith(".")
            if (
                path.is_dir()
                and not path.is_symlink()
                and not hidden
                and path not in recorded
                and _ours(path)
            ):
                yield Leftover(kind=LeftoverKind.UNRECORDED, path=path, size_bytes=_size(path))

    def _delete(self, folder: Path) -> None:
        try:
            if folder.exists():
                shutil.rmtree(folder)
            # Folders of versions and providers that hold nothing any more go with it.
            for parent in folder.parents:
                if parent == self._root.absolute() or parent.parent == self._root or any(parent.iterdir()):
                    return
                parent.rmdir()
        except OSError as failure:
            raise unwritable(folder, failure) from failure


def _ours(folder: Path) -> bool:
    """Tell whether a folder looks as installations leave one: with files, none of which anybody may write.

    # INVARIANT: what a person laid beside our packages for OpenTofu's own use is not ours to remove.
    """
    modes = [path.lstat().st_mode for path in folder.rglob("*") if not path.is_dir()]
    return bool(modes) and not any(mode & 0o222 for mode in modes)


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(place) / name).lstat().st_size
            except FileNotFoundError:
                # Removed by another run while we look.
                continue
    return total
