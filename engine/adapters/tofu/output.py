"""What a child process writes: to files, so that it can go on where nobody reads any more."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

import anyio
import anyio.to_thread

from engine.core.limits import CHILD_OUTPUT_MAX_BYTES

LineSink = Callable[[str], Awaitable[None]]
_LOOK_SECONDS: Final = 0.05


def opened(folder: Path, kept_as: str | None) -> IO[bytes]:
    """Open a private file in the folder; one without a name is gone when nobody has it open any more."""
    if kept_as is None:
        return TemporaryFile(dir=folder)
    return os.fdopen(os.open(folder / kept_as, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


class Written:
    """What a child writes to one of its outputs: a private file. It can hold secrets, as the state does."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self._heard = 0

    @property
    def overflows(self) -> bool:
        """Whether the child has written more than it may."""
        return self._size > CHILD_OUTPUT_MAX_BYTES

    def text(self) -> str:
        """Return all that was written."""
        return self._read(0).decode("utf-8", "replace")

    async def tell(self, on_line: LineSink, ended: anyio.Event) -> None:
        """Hand each line on as it comes, the last ones after the child's end."""
        last = False
        while not last:
            last = ended.is_set()
            if self._heard < self._size <= CHILD_OUTPUT_MAX_BYTES:
                for line in await anyio.to_thread.run_sync(self._new_lines):
                    await on_line(line)
            await look_again(ended)

    def _new_lines(self) -> list[str]:
        whole, newline, _ = self._read(self._heard).rpartition(b"\n")
        self._heard += len(whole) + len(newline)
        return whole.decode("utf-8", "replace").split("\n") if newline else []

    def _read(self, start: int) -> bytes:
        # The position in the file is the child's as well: it is never moved here.
        return os.pread(self.file.fileno(), max(self._size - start, 0), start)

    @property
    def _size(self) -> int:
        return os.fstat(self.file.fileno()).st_size


async def look_again(ended: anyio.Event) -> None:
    """Wait for a moment, or for the child's end: a file that grows has no event."""
    with anyio.move_on_after(_LOOK_SECONDS):
        await ended.wait()
