"""Answers of registries on disk, a file each: dated, bounded, private. Others decide which are fresh."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.core.limits import REGISTRY_INDEX_MAX_BYTES, REGISTRY_KEPT_MAX_BYTES

_FORMAT: Final = "1"
_HEAD_MAX_BYTES: Final = 16_384
_SUFFIX: Final = ".answer"


class Head(BaseModel):
    """What is known of a kept answer: the first line of its file.

    Attributes:
        url: which was asked.
        final: where the answer was found after redirects.
        etag: the validators that the registry gave, empty where it gave none.
        checked: when the registry last said that this is its answer, in seconds since 1970.
        max_age: for how many seconds it said then that it will be.
        sha256: of the answer, hexadecimal.
    """

    model_config = ConfigDict(frozen=True)

    format: str = _FORMAT
    url: str
    final: str
    etag: str = ""
    last_modified: str = ""
    checked: float
    max_age: float = 0.0
    sha256: str


class Answers:
    """The folder of kept answers. What cannot be written is not kept; what is damaged is dropped."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def find(self, url: str, asker: str) -> tuple[Head, bytes] | None:
        """Return what was kept for a question of an asker (whoever holds the same token), or None."""
        file = self._file(url, asker)
        if file is None:
            return None
        try:
            return _read(file, url)
        except FileNotFoundError:
            return None
        except (OSError, ValueError):  # a ValidationError is one
            with contextlib.suppress(OSError):
                file.unlink()
            return None

    def keep(self, head: Head, body: bytes, asker: str) -> None:
        """Keep an answer in place of the one before, in one step; make room first where there is none."""
        file = self._file(head.url, asker)
        if file is None:
            return
        content = head.model_dump_json().encode() + b"\n" + body
        # A disk that is full costs another question and nothing else.
        with contextlib.suppress(OSError):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_room(file.parent, len(content))
            descriptor, name = tempfile.mkstemp(dir=file.parent)  # for its owner alone
            fresh = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as writing:
                    writing.write(content)
                fresh.replace(file)
            finally:
                fresh.unlink(missing_ok=True)

    def drop(self, url: str, asker: str) -> None:
        """Keep the answer no longer."""
        file = self._file(url, asker)
        if file is not None:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)

    def _file(self, url: str, asker: str) -> Path | None:
        if self._folder is None:
            return None
        return self._folder / (hashlib.sha256(f"{url}\n{asker}".encode()).hexdigest() + _SUFFIX)


def _read(file: Path, url: str) -> tuple[Head, bytes]:
    """Return a kept answer.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not what was written.
    """
    if file.stat().st_size > _HEAD_MAX_BYTES + REGISTRY_INDEX_MAX_BYTES:
        raise ValueError("too large")
    line, _, body = file.read_bytes().partition(b"\n")
    head = Head.model_validate_json(line)
    if (head.format, head.url, head.sha256) != (_FORMAT, url, hashlib.sha256(body).hexdigest()):
        raise ValueError("damaged")
    return head, body


def _make_room(folder: Path, needed: int) -> None:
    """Drop what was written longest ago, and what a killed process left, until what is needed fits."""
    files = sorted(((f.stat().st_mtime, f.stat().st_size, f) for f in folder.iterdir()), reverse=True)
    room = REGISTRY_KEPT_MAX_BYTES - needed
    for _, size, file in files:
        room -= size
        if room < 0:
            file.unlink(missing_ok=True)
