"""Asking a registry for what only helps: within a time, and without it where it cannot be had."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

from engine.core.errors import NotFound, NotSetUp, RegistryFailed

T = TypeVar("T")


async def in_time(asked: Callable[[], Awaitable[T]], seconds: float) -> T:
    """Return a registry's answer.

    Raises:
        RegistryFailed: it did not answer in time, or fails as the port says.
        NotFound: it has no such thing.
    """
    with anyio.move_on_after(seconds):
        return await asked()
    raise RegistryFailed(
        f"the registry did not answer within {seconds:g} seconds",
        hint="ask again, or set INTENT_OFFLINE to answer from what is at hand",
    )


async def if_possible(
    asked: Callable[[], Awaitable[T]], seconds: float, notes: list[str], without: str
) -> T | None:
    """Return a registry's answer; None where it has none, with a note that says what it is without."""
    try:
        return await in_time(asked, seconds)
    except (RegistryFailed, NotSetUp) as failed:
        notes.append(f"{without}: {failed.message}")
    except NotFound:
        notes.append(f"{without}: the registry has none")
    return None
