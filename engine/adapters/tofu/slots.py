"""Places for children of OpenTofu: as many at once as there are, over all processes that share one folder.

A place is a file with a lock of the operating system on it, so that it is free again when its process ends,
however it ends. Whoever waits for one first takes the lock of the `gate`: a process that has just given a
place back cannot take it again past another one that has waited there. Within a process `engine.core.turns`
says whose turn it is.
"""

import errno
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio

from engine.core.errors import NotSetUp
from engine.core.turns import Turns
from engine.ports.runner import Progress

_LOOK_SECONDS: Final = 0.05
_GATE: Final = "gate"
# Stopped by a signal, or by a tracer.
_STOPPED: Final = frozenset("Tt")
_PRIVATE: Final = 0o700
_PRIVATE_FILE: Final = 0o600
# The turns that the task at work is in: what it starts within one needs no other.
_TURNS: ContextVar[tuple["_Turn", ...]] = ContextVar("turns", default=())


@dataclass
class _Turn:
    slots: "Slots"
    over: bool = False


class Slots:
    """Places below a folder, `count` of them."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._count = count
        self._turns = Turns()
        self._changed = anyio.Event()
        self._gate: int | None = None

    @asynccontextmanager
    async def taken(self, group: str, progress: Progress) -> AsyncIterator[None]:
        """Wait for a place, and have it within the context; a task that has one already goes on in it.

        `group` shares fairly with others; `progress` hears how many are to come before.

        Raises:
            NotSetUp: the folder cannot be written.
        """
        within = _TURNS.get()
        if any(turn.slots is self and not turn.over for turn in within):
            yield
            return
        number = self._turns.join(group)
        place: int | None = None
        try:
            place = await self._wait(number, progress)
            turn = _Turn(self)
            _TURNS.set((*within, turn))
            try:
                yield
            finally:
                # Not reset: what was started within the turn may outlive it, and has a copy.
                turn.over = True
                _TURNS.set(within)
        finally:
            self._turns.leave(number)
            if place is not None:
                os.close(place)
            if not self._turns.order():
                self._leave_gate()
            self._tell_all()

    async def _wait(self, number: int, progress: Progress) -> int:
        said: int | None = None
        while True:
            before = self._turns.before(number)
            if before == 0 and (place := self._take()) is not None:
                self._turns.begin(number)
                self._tell_all()
                return place
            if before != said:
                said = before
                await progress(f"waiting for a free slot: {before} before you" if before else _ALL_TAKEN)
            # The end of a turn in another process has no event.
            with anyio.move_on_after(None if before else _LOOK_SECONDS):
                await self._changed.wait()

    def _tell_all(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    def _take(self) -> int | None:
        """Take a free place and return its open file, None where there is none now."""
        if self._gate is None:
            self._gate = self._lock(_GATE)
        if self._gate is None:
            return None
        places = (self._lock(f"slot-{number}") for number in range(self._count))
        place = next((found for found in places if found is not None), None)
        if place is not None:
            self._leave_gate()
        return place

    def _leave_gate(self) -> None:
        if self._gate is not None:
            os.close(self._gate)
            self._gate = None

    def _lock(self, name: str) -> int | None:
        """Return the open and locked file of that name, None where somebody else has the lock.

        A process that was stopped, and may never go on, stops no other: its file is replaced.
        """
        path = self._folder / name
        try:
            self._folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            locked = _locked(path)
            if locked is None and _is_stopped(path):
                path.unlink(missing_ok=True)
                locked = _locked(path)
        except OSError as error:
            raise self._unusable(error) from error
        return locked

    def _unusable(self, error: OSError) -> NotSetUp:
        return NotSetUp(
            f"the folder {self._folder} cannot be used: {error.strerror}",
            hint="make it writable, or set INTENT_HOME to a folder that is on a local disk",
        )


def _locked(path: Path) -> int | None:
    """Return the open file with our lock and our process id, None where somebody else has the lock."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE_FILE)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return None
        raise
    os.truncate(file, 0)
    os.write(file, str(os.getpid()).encode())
    return file


def _is_stopped(path: Path) -> bool:
    """Tell whether the process that has the lock was stopped by a signal, where the system tells (Linux)."""
    with suppress(OSError):
        # The state follows the name of the executable, which stands in parentheses and may hold anything.
        status = Path("/proc", path.read_text("ascii"), "stat").read_text("utf-8", "replace")
        return status.rpartition(")")[2].split()[0] in _STOPPED
    return False


_ALL_TAKEN: Final = "waiting for a free slot: you are next"
