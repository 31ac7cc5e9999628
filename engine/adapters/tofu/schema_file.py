"""The file that keeps a provider's schema: every part compressed singly, and an index of where each stands.

    a word of sixteen bytes, where the index stands (offset, length), its digest; the parts; the index

Reading one part reads the head, the index (which a caller may keep) and that part. Every byte that is read is
covered by a digest, so that a torn or damaged file is noticed where it matters. Nothing is known here of what
the parts mean, or of where files lie.
"""

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.adapters.tofu.schema_text import Kind, Part
from engine.core.limits import SCHEMA_INDEX_MAX_BYTES, SCHEMA_PART_MAX_BYTES

_MAGIC: Final = b"intent-schema 1\n"
_DIGEST_BYTES: Final = 16
_HEAD: Final = struct.Struct(f">{len(_MAGIC)}sQQ{_DIGEST_BYTES}s")
_PRIVATE_FILE: Final = 0o600


class Damaged(Exception):
    """A file is not as it was written, or not of this form."""


class Place(NamedTuple):
    """Where a part stands in its file, compressed, with the digest of those bytes in hexadecimal."""

    offset: int
    length: int
    digest: str


class Index(BaseModel):
    """Whose schema a file keeps, and the names of its parts, each with its place."""

    model_config = ConfigDict(frozen=True)

    of: str
    places: Mapping[Kind, Mapping[str, Place]]

    def names(self, kind: Kind) -> tuple[str, ...]:
        """Return the names of a kind, sorted."""
        return tuple(sorted(self.places.get(kind, ())))


class Identity(NamedTuple):
    """What tells one file from another that took its place, or from what it was before."""

    device: int
    inode: int
    size: int
    changed_ns: int


@dataclass(frozen=True)
class Indexed:
    """A file's index with the file that it is of, and its size in bytes as JSON."""

    index: Index
    identity: Identity
    size: int


def write(path: Path, of: str, parts: Iterable[Part]) -> None:
    """Write the parts of `of` as they come; the file is there whole or not at all.

    Raises:
        OSError: it cannot be written.
        ValueError: a part is larger than may be read again; or what `parts` raises.
    """
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE), "wb") as file:
            file.write(bytes(_HEAD.size))
            places: dict[Kind, dict[str, Place]] = {kind: {} for kind in Kind}
            for part in parts:
                content = part.text.encode()
                if len(content) > SCHEMA_PART_MAX_BYTES:
                    raise ValueError(f"the schema of {part.name} has more than {SCHEMA_PART_MAX_BYTES} bytes")
                places[part.kind][part.name] = _append(file, zlib.compress(content))
            index = zlib.compress(json.dumps({"of": of, "places": places}).encode())
            offset, length, _ = _append(file, index)
            file.seek(0)
            file.write(_HEAD.pack(_MAGIC, offset, length, _digest(index)))
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def indexed(file: IO[bytes], of: str, kept: Indexed | None = None) -> Indexed:
    """Return the index of an open file about `of`; the `kept` one where that is of the very same file.

    Raises:
        Damaged: the file was changed, or has another form.
        OSError: it cannot be read.
    """
    found = os.fstat(file.fileno())
    identity = Identity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
    if kept is not None and kept.identity == identity:
        return kept
    head = os.pread(file.fileno(), _HEAD.size, 0)
    if len(head) != _HEAD.size:
        raise Damaged
    magic, offset, length, digest = _HEAD.unpack(head)
    if magic != _MAGIC or offset + length != identity.size:
        raise Damaged
    content = _unpacked(_read(file, offset, length, digest.hex()), SCHEMA_INDEX_MAX_BYTES)
    try:
        index = Index.model_validate_json(content)
    except ValidationError as error:
        raise Damaged from error
    if index.of != of:
        raise Damaged
    return Indexed(index, identity, len(content))


def read(file: IO[bytes], place: Place) -> tuple[Any, int]:
    """Return a part, decoded from JSON, and its size in bytes as JSON.

    Raises:
        Damaged: the part was changed.
        OSError: it cannot be read.
    """
    packed = _read(file, place.offset, place.length, place.digest)
    content = _unpacked(packed, SCHEMA_PART_MAX_BYTES)
    try:
        return json.loads(content), len(content)
    except ValueError as error:
        raise Damaged from error


def _append(file: IO[bytes], content: bytes) -> Place:
    place = Place(file.tell(), len(content), _digest(content).hex())
    file.write(content)
    return place


def _read(file: IO[bytes], offset: int, length: int, digest: str) -> bytes:
    size = os.fstat(file.fileno()).st_size
    content = os.pread(file.fileno(), length, offset) if offset + length <= size else b""
    if _digest(content).hex() != digest:
        raise Damaged
    return content


def _unpacked(content: bytes, limit: int) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(content, limit)
    except zlib.error as error:
        raise Damaged from error
    if not unpacking.eof:
        raise Damaged
    return found


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()
