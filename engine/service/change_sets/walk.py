"""Doing things in the order of a graph, several at once where it leaves them free of each other."""

from collections.abc import Awaitable, Callable, Mapping

import anyio

from engine.core.errors import EngineError
from engine.core.limits import CHANGE_SET_PARALLEL_MAX


async def walk(needs: Mapping[str, frozenset[str]], work: Callable[[str], Awaitable[bool]]) -> None:
    """Call `work` for each name once everything that it needs was done, until one call returns False.

    What was begun by then is followed to its end; nothing else is begun.

    Raises:
        EngineError: the first that `work` raised, when everything that was begun has ended.
    """
    ended = {name: anyio.Event() for name in needs}
    slots = anyio.CapacityLimiter(CHANGE_SET_PARALLEL_MAX)
    stopped = False
    errors: list[EngineError] = []

    async def do(name: str) -> None:
        nonlocal stopped
        for other in needs[name]:
            await ended[other].wait()
        async with slots:
            if not stopped:
                try:
                    stopped = not await work(name) or stopped
                except EngineError as error:
                    # Raised below: a task group would wrap it, and cancel what is under way.
                    errors.append(error)
                    stopped = True
        ended[name].set()

    async with anyio.create_task_group() as tasks:
        for name in needs:
            tasks.start_soon(do, name)
    if errors:
        raise errors[0]
