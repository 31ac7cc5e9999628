"""A clock moved by hand, and identifiers that count: a test has the same times and ids in each run."""

from datetime import datetime, timedelta
from typing import Final

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


class CountingIds:
    """Implements `engine.ports.clock.IdSource`: the first, the second, the third UUIDv7."""

    def __init__(self) -> None:
        self._made = 0

    def new(self) -> str:
        """Return the next identifier."""
        self._made += 1
        moment = int(MOMENT.timestamp()) * 1_000 + _FIRST + self._made
        return str(uuid7(moment, self._made))
