"""When a question is asked again: how often, and how long is waited in between."""

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

import anyio

from engine.core.errors import RegistryFailed
from engine.core.limits import REGISTRY_RETRY_AFTER_MAX_SECONDS, REGISTRY_RETRY_SECONDS, REGISTRY_TRIES

T = TypeVar("T")

_CHANCE: Final = random.SystemRandom()


class PassingFailure(RegistryFailed):
    """What may be otherwise in a moment.

    Attributes:
        wait: for how many seconds the other side wants not to be asked, or None.
    """

    wait: float | None = None


@dataclass(frozen=True)
class Pace:
    """Clocks, sleep and chance; tests bring their own.

    Attributes:
        sleep: waits for some seconds.
        monotonic: a clock in seconds that is never set back.
        now: the wall clock, in seconds since 1970, which kept answers are dated by.
        chance: a number from 0 to 1.
    """

    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    chance: Callable[[], float] = _CHANCE.random

    async def persevere(
        self, attempt: Callable[[], Awaitable[T]], again: Callable[[PassingFailure, int], None] | None = None
    ) -> T:
        """Attempt until it is done, at most `REGISTRY_TRIES` times.

        The wait between two attempts doubles each time; by chance it is between half of that and all of it.
        It is as long as the other side asks for, up to `REGISTRY_RETRY_AFTER_MAX_SECONDS`; where that asks
        for longer, the attempt has failed. `again` hears why, and the number of the attempt that follows.

        Raises:
            RegistryFailed: no attempt succeeded, or the last one failed in a way that lasts.
        """
        for tried in range(REGISTRY_TRIES - 1):
            try:
                return await attempt()
            except PassingFailure as failure:
                asked = failure.wait or 0.0
                if asked > REGISTRY_RETRY_AFTER_MAX_SECONDS:
                    raise
                if again is not None:
                    again(failure, tried + 2)
                own = REGISTRY_RETRY_SECONDS * 2**tried * (1 + self.chance()) / 2
                await self.sleep(max(own, asked))
        return await attempt()

    def retry_after(self, text: str | None) -> float | None:
        """Read a `Retry-After` field, a number of seconds or a date (RFC 9110, 10.2.3); None for neither."""
        if text is None:
            return None
        if text.strip().isascii() and text.strip().isdigit():
            return float(text)
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - self.now())
