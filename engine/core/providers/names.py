"""Nearest names: what a caller who mistyped probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return at most three known names that resemble `name`, best first."""
    return tuple(get_close_matches(name, list(known), n=3, cutoff=0.6))


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a sentence that names the nearest known names, or says that none is near."""
    close = nearest(name, known)
    return f"did you mean {' or '.join(close)}?" if close else "no known name is near it"
