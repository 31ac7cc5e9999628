"""Checksum lists, hashes, and one member of an archive. Whole archives are `unpacking`'s."""

import hashlib
import lzma
import os
import re
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import IO, Final

from engine.core.errors import IntegrityFailed, NotSetUp
from engine.core.limits import EXECUTABLE_MAX_BYTES

_LINE: Final = re.compile(r"([0-9a-f]{64}) [ *](\S+)")
_CHUNK_BYTES: Final = 1024**2
_PRIVATE_EXECUTABLE: Final = 0o700
# What the archive modules raise for damage; gzip and seeking raise OSError, an encrypted zip RuntimeError.
DAMAGED: Final = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, KeyError, OSError, RuntimeError, ValueError),
)


def sha256_of(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fresh_folder(scratch: Path) -> Path:
    """Make and return an empty private folder in a scratch folder.

    Raises:
        NotSetUp: there is no room for it.
    """
    try:
        return Path(tempfile.mkdtemp(dir=scratch))
    except OSError as failure:
        raise no_room(failure) from failure


def checksums(document: bytes) -> Mapping[str, str]:
    """Return the SHA-256 of each file that a SHA256SUMS document names; lines of another form name none.

    Raises:
        IntegrityFailed: the document gives a file two checksums.
    """
    found: dict[str, str] = {}
    for line in document.decode("ascii", "replace").splitlines():
        match = _LINE.fullmatch(line)
        if match is not None and found.setdefault(match[2], match[1]) != match[1]:
            raise IntegrityFailed("the list of checksums gives one file two")
    return found


def checksum_of(document: bytes, filename: str) -> str:
    """Return the SHA-256 that a SHA256SUMS document gives for a file.

    Raises:
        IntegrityFailed: the document does not name the file, names one twice, or is not such a document.
    """
    found = checksums(document).get(filename)
    if found is None:
        raise IntegrityFailed(f"the list of checksums has no entry for {filename}")
    return found


def check_sha256(name: str, found: str, expected: str) -> None:
    """Compare two hashes.

    Raises:
        IntegrityFailed: they differ.
    """
    if found != expected:
        raise IntegrityFailed(
            f"{name} has SHA-256 {found}, expected {expected}",
            hint="nothing was installed; try again, and if it stays so, do not trust that source",
            facts={"found": found, "expected": expected},
        )


def extract(archive: Path, member: str, target: Path, max_bytes: int = EXECUTABLE_MAX_BYTES) -> str:
    """Write one regular file of a zip, wheel or gzipped tar to `target` (mode 0700) and return its SHA-256.

    Raises:
        IntegrityFailed: the member is missing, not a regular file or too large, or the archive is damaged.
        NotSetUp: there is no room for it.
    """
    sha256, size = hashlib.sha256(), 0
    with new_file(target) as file:
        try:
            with _member(archive, member) as source:
                while part := source.read(_CHUNK_BYTES):
                    size += len(part)
                    if size > max_bytes:
                        raise IntegrityFailed(f"{member} is larger than {max_bytes} bytes")
                    sha256.update(part)
                    write(file, part)
        except DAMAGED as failure:
            raise IntegrityFailed(
                f"{member} cannot be taken out of {archive.name}", untrusted=str(failure)
            ) from failure
    return sha256.hexdigest()


def new_file(path: Path) -> FileIO:
    """Make and open a private file that is not there yet, in a folder that is made for it.

    Raises:
        NotSetUp: there is no room for it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileIO(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_EXECUTABLE), "w")
    except OSError as failure:
        raise no_room(failure) from failure


def write(file: FileIO, part: bytes) -> None:
    """Write a part of a file, at once: nothing is left that could fail when the file is closed.

    Raises:
        NotSetUp: there is no room for it.
    """
    left = memoryview(part)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError as failure:
        raise no_room(failure) from failure


def no_room(failure: OSError) -> NotSetUp:
    """Return the error of a scratch folder that cannot be written."""
    return NotSetUp(
        f"the scratch folder cannot be written: {failure.strerror}",
        hint="make room, then run the command again",
    )


@contextmanager
def _member(archive: Path, member: str) -> Iterator[IO[bytes]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened, opened.open(member) as source:
            yield source
        return
    with tarfile.open(archive, "r:gz") as tar:
        # INVARIANT: links have no content of their own and are refused; only a regular file is read.
        found = next((entry for entry in tar if entry.name == member and entry.isreg()), None)
        source_or_none = tar.extractfile(found) if found else None
        if source_or_none is None:
            raise KeyError(member)
        with source_or_none as source:
            yield source
