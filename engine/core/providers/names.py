"""Nearest names: what a caller who mistyped probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return at most three known names that resemble `name`, best first."""
    return tuple(get_close_matches(name, list(known), n=3, cutoff=0.6))


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a question that names the nearest known names; empty where none is near.

    What is said then is the caller's: only it knows the way out.
    """
    close = nearest(name, known)
    return f"did you mean {' or '.join(close)}?" if close else ""
