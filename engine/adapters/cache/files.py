"""Files that are hashed and replaced in one step. Which files are trusted is the callers' business."""

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.core.errors import IntegrityFailed, NotSetUp

_READ_ONLY_EXECUTABLE: Final = 0o555
_READABLE: Final = 0o644


def sha256_of(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_executable(path: Path) -> os.stat_result:
    """Return the status of a regular file that only its owner may write.

    Raises:
        IntegrityFailed: the file is gone, is a link, or others may write it.
    """
    try:
        status = path.lstat()
    except OSError as failure:
        raise IntegrityFailed(f"{path.name} cannot be read", untrusted=str(failure)) from failure
    if not stat.S_ISREG(status.st_mode):
        raise IntegrityFailed(f"{path.name} is not a regular file")
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise IntegrityFailed(f"{path.name} can be written by others", hint=f"chmod go-w {path}")
    return status


def check_hash(path: Path, sha256: str) -> None:
    """Hash the whole file and compare.

    Raises:
        IntegrityFailed: the file is gone, is a link, can be written by others, or has another hash.
    """
    check_executable(path)
    try:
        found = sha256_of(path)
    except OSError as failure:
        raise IntegrityFailed(f"{path.name} cannot be read", untrusted=str(failure)) from failure
    if found != sha256:
        raise IntegrityFailed(
            f"{path.name} is not the file that was installed",
            hint="run `intent setup`, which brings it again",
            facts={"expected": sha256, "found": found},
        )


def replace_text(path: Path, text: str) -> None:
    """Write a text file so that a reader sees the old one or the new one, also after a crash.

    Raises:
        NotSetUp: the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with _removed_at_the_end(Path(name)), os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), _READABLE)
            os.fsync(file.fileno())
            Path(name).replace(path)
    except OSError as failure:
        raise _not_writable(path, failure) from failure


def replace_executable(source: Path, target: Path) -> None:
    """Move `source`, also from another file system, over `target`, mode 0555, in one step.

    Raises:
        NotSetUp: the folder cannot be written.
    """
    incoming = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _removed_at_the_end(incoming):
            shutil.move(source, incoming)
            incoming.chmod(_READ_ONLY_EXECUTABLE)
            sync(incoming)
            incoming.replace(target)
            sync(target.parent)
    except OSError as failure:
        raise _not_writable(target, failure) from failure


def sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk.

    Raises:
        OSError: it cannot be.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _removed_at_the_end(path: Path) -> Iterator[None]:
    try:
        yield
    finally:
        # After a replacement nothing has this name any more.
        path.unlink(missing_ok=True)


def _not_writable(path: Path, failure: OSError) -> NotSetUp:
    return NotSetUp(
        f"{path.parent} cannot be written: {failure.strerror}",
        hint="make the folder writable, or name another one in the settings",
    )
