"""Lengths of time as people write them: `30m`, `12h`, `7d`, `1d12h`. What they are for is not known here."""

import re
from datetime import timedelta
from typing import Final

from engine.core.errors import InvalidInput

# One number for each unit, the larger unit first; five digits keep any sum far from an overflow.
_DURATION: Final = re.compile(r"(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?", re.ASCII)
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def parse_duration(text: str, field: str) -> timedelta:
    """Return a length of time: days, hours and minutes in this order, at least one of them, as in `1d12h`.

    That is the whole grammar: lower case, no spaces, no fractions, no seconds, no ISO 8601.

    Raises:
        InvalidInput: naming `field`: any other text.
    """
    found = _DURATION.fullmatch(text)
    if not text or found is None:
        raise InvalidInput(
            f"{text!r} is no length of time",
            field=field,
            hint="write days, hours and minutes: 30m, 12h, 7d, 1d12h",
        )
    days, hours, minutes = (int(number or 0) for number in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def parse_bounded(text: str, field: str, least: timedelta, most: timedelta) -> timedelta:
    """Return a length of time within bounds, both included.

    Raises:
        InvalidInput: naming `field`: it is none, too short or too long.
    """
    length = parse_duration(text, field)
    if least <= length <= most:
        return length
    raise InvalidInput(
        f"{text} is {'shorter' if length < least else 'longer'} than {field} may be",
        field=field,
        hint=f"give {spelt(least)} to {spelt(most)}",
        facts={"least": spelt(least), "most": spelt(most)},
    )


def spelt(length: timedelta) -> str:
    """Return a length of time in that grammar, whole minutes of it; what is below a minute is `0m`."""
    left = max(length, timedelta())
    parts: list[str] = []
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        count, left = divmod(left, unit)
        if count:
            parts.append(f"{count}{name}")
    return "".join(parts) or "0m"
