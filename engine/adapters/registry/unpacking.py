"""A provider's whole archive unpacked, or refused. Whether it is the right archive was checked before."""

import hashlib
import stat
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from engine.adapters.registry.checks import DAMAGED, fresh_folder, new_file, write
from engine.core.addrs import ProviderAddress
from engine.core.errors import IntegrityFailed
from engine.core.limits import PACKAGE_FILES_MAX, PACKAGE_INDEX_MAX_BYTES, PACKAGE_MAX_BYTES
from engine.core.providers.packages import check_file_names, executable_among
from engine.ports.artifacts import Fetched

_CHUNK_BYTES: Final = 1024**2
_ENCRYPTED: Final = 0x1
_KIND_BITS: Final = 16
# APPNOTE 4.3.16: the end of the index, 22 bytes where no comment follows; the size of the index is the sixth.
_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
# APPNOTE 4.3.15: what leads to the end of a ZIP64 index stands right before it.
_LOCATOR_BYTES: Final = 20
_LOCATOR_MARK: Final = b"PK\x06\x07"


def unpacked(archive: Path, scratch: Path, address: ProviderAddress) -> Fetched:
    """Unpack a provider's archive into a fresh folder in `scratch`; the source of the result is left empty.

    What cannot be unpacked is removed.

    Raises:
        IntegrityFailed: see `unpack`, or OpenTofu would not know which file to start.
        NotSetUp: there is no room for it.
    """
    folder = fresh_folder(scratch)
    try:
        files = unpack(archive, folder)
        executable = executable_among(address, files)
    except IntegrityFailed:
        archive.unlink(missing_ok=True)
        raise
    return Fetched(executable=folder / executable, sha256=files[executable], source="", files=files)


def unpack(archive: Path, folder: Path, max_bytes: int = PACKAGE_MAX_BYTES) -> Mapping[str, str]:
    """Write every file of a zip below an empty folder and return the hexadecimal SHA-256 of each by its name.

    Raises:
        IntegrityFailed: it is no plain zip, is damaged or encrypted; a name leads elsewhere or stands twice;
            it holds a link or another special file; or it holds too many files or too many bytes.
        NotSetUp: there is no room for it.
    """
    try:
        with archive.open("rb") as file:
            _check_index(file, archive.name)
            with zipfile.ZipFile(file) as opened:
                members = _members(opened)
                return {
                    name: _extract(opened, members[name], folder / name)
                    for name in _bounded(members, max_bytes)
                }
    except DAMAGED as failure:
        raise IntegrityFailed(f"{archive.name} cannot be unpacked", untrusted=str(failure)) from failure


def _check_index(file: IO[bytes], name: str) -> None:
    """Refuse an index that would take much memory before it is read, and with it ZIP64 and comments."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LOCATOR_BYTES - _END.size))
    before, tail = (rest := file.read())[: -_END.size], rest[-_END.size :]
    if len(tail) < _END.size:
        raise IntegrityFailed(f"{name} is not a zip archive")
    mark, _disk, _first, _here, count, index_bytes, _offset, comment = _END.unpack(tail)
    # INVARIANT: where a ZIP64 locator stands, zipfile goes by its numbers and not by these.
    if mark != _END_MARK or comment or before.startswith(_LOCATOR_MARK):
        raise IntegrityFailed(f"{name} is not a plain zip archive")
    # Twice as many: folders have entries of their own.
    if count > 2 * PACKAGE_FILES_MAX or index_bytes > PACKAGE_INDEX_MAX_BYTES:
        raise IntegrityFailed(f"{name} holds more than {PACKAGE_FILES_MAX} files")


def _members(opened: zipfile.ZipFile) -> Mapping[str, zipfile.ZipInfo]:
    files = {}
    for member in opened.infolist():
        # INVARIANT: the name as it is written; zipfile cuts one at a NUL.
        if member.orig_filename != member.filename:
            raise IntegrityFailed("the package holds a file name that is not accepted")
        kind = stat.S_IFMT(member.external_attr >> _KIND_BITS)
        if member.is_dir() and kind in (0, stat.S_IFDIR):
            check_file_names([member.filename.rstrip("/")])
            continue
        if kind not in (0, stat.S_IFREG) or member.flag_bits & _ENCRYPTED:
            raise IntegrityFailed(f"the package holds what is not a plain file: {member.filename[:100]!a}")
        if member.filename in files:
            raise IntegrityFailed(f"the package holds a name twice: {member.filename[:100]!a}")
        files[member.filename] = member
    return files


def _bounded(members: Mapping[str, zipfile.ZipInfo], max_bytes: int) -> tuple[str, ...]:
    # INVARIANT: zipfile reads no more of a member than its index says, so this bounds what is written.
    if sum(member.file_size for member in members.values()) > max_bytes:
        raise IntegrityFailed(f"the package is larger than {max_bytes} bytes when it is unpacked")
    return check_file_names(members)


def _extract(opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> str:
    sha256 = hashlib.sha256()
    with new_file(target) as file, opened.open(member) as source:
        while part := source.read(_CHUNK_BYTES):
            sha256.update(part)
            write(file, part)
    return sha256.hexdigest()
