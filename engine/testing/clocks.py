"""A clock and a timer moved by hand, and identifiers that count: the same times and ids in each run."""

from datetime import datetime, timedelta
from typing import Final

import anyio
import anyio.lowlevel

from engine.core.ids import uuid7
from engine.testing.builders import MOMENT

# Apart from the identifiers of `builders`, which count in milliseconds after the same moment.
_FIRST: Final = 1_000_000


class FixedClock:
    """Implements `engine.ports.clock.Clock`; time stands still until `advance`."""

    def __init__(self, start: datetime = MOMENT) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the moment that the clock stands at."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._now += timedelta(seconds=seconds)


class HandTimer:
    """A timer for what waits between its rounds; each tick lets one more be made."""

    def __init__(self) -> None:
        self._waits = 0
        self._ticks = anyio.Semaphore(0)

    async def wait(self) -> None:
        """Return at the next tick that nobody has used."""
        self._waits += 1
        await self._ticks.acquire()

    def tick(self) -> None:
        """Let one wait return."""
        self._ticks.release()

    async def reached(self, rounds: int, seconds: float = 20.0) -> None:
        """Return once so many rounds were made.

        Raises:
            TimeoutError: they were not within the bound.
        """
        with anyio.fail_after(seconds):
            while self._waits < rounds:
                await anyio.lowlevel.checkpoint()


class CountingIds:
    """Implements `engine.ports.clock.IdSource`: the first, the second, the third UUIDv7."""

    def __init__(self) -> None:
        self._made = 0

    def new(self) -> str:
        """Return the next identifier."""
        self._made += 1
        moment = int(MOMENT.timestamp()) * 1_000 + _FIRST + self._made
        return str(uuid7(moment, self._made))
