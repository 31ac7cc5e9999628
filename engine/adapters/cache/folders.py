"""The folders of packages: what lies in one, hashed; a whole one put in its place. Others judge hashes."""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from engine.adapters.cache.files import check_executable, sha256_of, sync
from engine.core.errors import IntegrityFailed, NotSetUp
from engine.core.limits import PACKAGE_FILES_MAX

_FOLDER: Final = 0o755
_FILE: Final = 0o444
_EXECUTABLE: Final = 0o555
_HINT: Final = "bring it again with `intent provider install`"
_Identity = tuple[int, int, int, int]


class FolderHashes:
    """The hashes of the files in folders; results are kept for the very files that were hashed."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[_Identity, str]] = {}

    def of(self, folder: Path, names: Iterable[str]) -> Mapping[str, str]:
        """Return the hexadecimal SHA-256 of files in a folder, by their paths below it.

        Raises:
            IntegrityFailed: one cannot be read, is a link, or others may write it.
        """
        found = {}
        for name in names:
            path = folder / name
            status = check_executable(path)
            identity = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            # INVARIANT: a result is kept only for the very file that was hashed: any write changes its ctime.
            known = self._known.get(path)
            if known is None or known[0] != identity:
                known = self._known[path] = (identity, _hashed(path))
            found[name] = known[1]
        return found


def files_below(folder: Path) -> frozenset[str]:
    """Return the path of everything below a folder that is not itself a folder; links are not followed.

    Raises:
        IntegrityFailed: the folder is gone, is a link, cannot be read, or holds too many files.
    """
    found = frozenset(
        path.relative_to(folder).as_posix() for path in islice(_below(folder), PACKAGE_FILES_MAX + 1)
    )
    if len(found) > PACKAGE_FILES_MAX:
        raise IntegrityFailed(f"{folder} holds more than {PACKAGE_FILES_MAX} files", hint=_HINT)
    return found


def place_folder(source: Path, names: Iterable[str], executable: str, scratch: Path, target: Path) -> None:
    """Put files in place as a folder of their own, read-only, in one step, under the record's lock.

    Args:
        source: the folder that holds the files.
        names: their paths below it; whatever else is there stays there.
        executable: the one that gets mode 0555; the others get 0444.
        scratch: on the file system of `target`; nobody else uses it, and nothing is left there.
        target: the place; what lies there goes.

    Raises:
        NotSetUp: the mirror cannot be written.
    """
    incoming, outgoing = scratch / "incoming", scratch / "outgoing"
    try:
        for folder in (incoming, outgoing):
            shutil.rmtree(folder, ignore_errors=True)
        incoming.mkdir(mode=_FOLDER, parents=True)
        for name in names:
            _move(source / name, incoming / name, _EXECUTABLE if name == executable else _FILE)
        sync(incoming)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            target.rename(outgoing)
        incoming.rename(target)
        sync(target.parent)
        shutil.rmtree(outgoing, ignore_errors=True)
    except OSError as failure:
        raise unwritable(target, failure) from failure


def unwritable(path: Path, failure: OSError) -> NotSetUp:
    """Return the error of a mirror in which `path` could not be written or removed."""
    return NotSetUp(
        f"{path.parent} cannot be written: {failure.strerror}",
        hint="make room or make the folder writable, or name another one in INTENT_PROVIDERS_CACHE",
    )


def _below(folder: Path) -> Iterator[Path]:
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise IntegrityFailed(f"{folder} is not a folder", hint=_HINT)
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from _below(folder / entry.name)
            else:
                yield folder / entry.name
    except OSError as failure:
        raise IntegrityFailed(f"{folder} cannot be read", hint=_HINT, untrusted=str(failure)) from failure


def _hashed(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as failure:
        raise IntegrityFailed(f"{path.name} cannot be read", untrusted=str(failure)) from failure


def _move(source: Path, target: Path, mode: int) -> None:
    target.parent.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    shutil.move(source, target)
    target.chmod(mode)
    sync(target)
