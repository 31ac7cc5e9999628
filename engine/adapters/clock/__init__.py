"""The machine's clock, and identifiers made of it and of the system's randomness."""

import secrets
from datetime import UTC, datetime

from engine.core.ids import UUID7_RANDOM_BITS, uuid7

_MILLISECONDS = 1_000


class SystemClock:
    """Tells the machine's time."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class SystemIds:
    """Makes UUIDv7 identifiers that sort in the order they were made in, also within a millisecond."""

    def __init__(self) -> None:
        self._last_ms = 0
        self._last_bits = 0

    def new(self) -> str:
        """Return a fresh identifier."""
        now_ms = int(datetime.now(UTC).timestamp() * _MILLISECONDS)
        if now_ms <= self._last_ms and self._last_bits + 1 < 1 << UUID7_RANDOM_BITS:
            # RFC 9562, section 6.2, method 2: within a millisecond the random bits count up.
            self._last_bits += 1
        else:
            # The top bit stays free, so that counting up never overflows in practice.
            self._last_ms, self._last_bits = now_ms, secrets.randbits(UUID7_RANDOM_BITS - 1)
        return str(uuid7(self._last_ms, self._last_bits))
