"""Time and chance, the two inputs that the core never reads by itself."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class IdSource(Protocol):
    """Makes identifiers."""

    def new(self) -> str:
        """Return a fresh UUIDv7 in its canonical spelling, later ones sorting after earlier ones."""
        ...
