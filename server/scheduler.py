"""Upkeep on a timer: a pass at the start, and one whenever the timer says so. What it does is not here.

It works at a desk of its own: who ends the scheduler ends what it has begun, though never in the middle of an
effect, and nobody who waits for an operation waits for upkeep.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import anyio
from anyio.abc import TaskGroup

from engine.core.auth.principals import system
from engine.core.errors import EngineError
from engine.service.services import Services
from engine.service.upkeep.found import UpkeepReport
from engine.service.upkeep.upkeep import upkeep
from server.context import Desk, open_desk
from server.unexpected import places

_LOG: Final = logging.getLogger(__name__)
# What upkeep begins leaves room for those who wait for theirs.
_AT_ONCE: Final = 2

Wait = Callable[[], Awaitable[None]]
Heard = Callable[[UpkeepReport], None]


async def once(services: Services) -> UpkeepReport:
    """Make one pass, carry out what is due, to its end, and return what the pass found.

    Raises:
        StoreFailed: the database cannot be read.
    """
    async with open_desk(services) as desk:
        worker = _Worker(desk)
        found = await upkeep(services)
        async with anyio.create_task_group() as tasks:
            worker.begin(found, tasks)
    return found


async def keep_up(services: Services, wait: Wait, heard: Heard) -> None:
    """Make a pass now and after each `wait`, until cancelled; `heard` is told what each one found.

    A pass that breaks off is logged, and the next one is made all the same.
    """
    async with open_desk(services) as desk, anyio.create_task_group() as tasks:
        worker = _Worker(desk)
        while True:
            found = await _pass(services)
            if found is not None:
                heard(found)
                worker.begin(found, tasks)
            await wait()


@asynccontextmanager
async def kept_up(services: Services, wait: Wait, heard: Heard) -> AsyncIterator[None]:
    """Keep up meanwhile; leaving ends it, and waits for nothing but effects that have begun."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep_up, services, wait, heard)
        yield
        tasks.cancel_scope.cancel()


def every(seconds: float) -> Wait:
    """Return a wait of so many seconds."""

    async def wait() -> None:
        await anyio.sleep(seconds)

    return wait


class _Worker:
    """Carries out what passes found due, a few at once, each once at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._begun: set[str] = set()
        self._places = anyio.CapacityLimiter(_AT_ONCE)

    def begin(self, found: UpkeepReport, tasks: TaskGroup) -> None:
        for operation_id in found.due:
            if operation_id not in self._begun:
                self._begun.add(operation_id)
                tasks.start_soon(self._carry_out, operation_id)

    async def _carry_out(self, operation_id: str) -> None:
        try:
            async with self._places:
                await self._desk.carry_out(system(), operation_id, None, _unheard)
        except EngineError as error:
            # Its record says how far it came; the next pass looks at it again.
            _LOG.warning("operation %s was not taken up: %s", operation_id, error.code)
        except Exception as bug:  # noqa: BLE001  # one operation that breaks off must not end the others
            _LOG.error("operation %s broke off: %s", operation_id, places(bug))
        finally:
            self._begun.discard(operation_id)


async def _pass(services: Services) -> UpkeepReport | None:
    try:
        return await upkeep(services)
    except EngineError as error:
        _LOG.warning("upkeep: %s (%s)", error.message, error.code)
    except Exception as bug:  # noqa: BLE001  # a fault in one pass must not end the server
        _LOG.error("upkeep broke off: %s", places(bug))
    return None


async def _unheard(_text: str) -> None:
    """Listen to no progress."""
