"""The MCP server over stdio, from its start to its end.

Nothing but JSON-RPC is written to stdout: the SDK points file descriptor 1 at stderr while it serves.
"""

import logging
import signal
from collections.abc import AsyncIterable
from typing import Any, Final

import anyio
from mcp.server import Server
from mcp.server.stdio import stdio_server

from engine.service.services import Services
from engine.service.upkeep.found import UpkeepReport
from server.bootstrap import open_services
from server.context import open_desk
from server.mcp.app import build
from server.scheduler import Wait, every, kept_up
from server.settings import Settings

_LOG: Final = logging.getLogger(__name__)
_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def serve(settings: Settings) -> None:
    """Serve stdio until it is closed or a signal asks to end, then wait for what is under way.

    Raises:
        EngineError: see `open_services`.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    async with open_services(settings) as services:
        await serve_stdio(
            services,
            person=settings.person,
            default_project=settings.project,
            wait=every(settings.upkeep_seconds),
        )


async def serve_stdio(services: Services, *, person: str, default_project: str, wait: Wait) -> None:
    """Serve stdio on given services until it is closed or a signal asks to end; see `serve`.

    Upkeep is done meanwhile: at the start, so that what a lost process left is found, and after each `wait`.
    """
    received: list[signal.Signals] = []
    over, settled = anyio.Event(), anyio.Event()

    async def listen(signals: AsyncIterable[signal.Signals]) -> None:
        async for number in signals:
            received.append(number)
            over.set()

    async def talk(server: Server[Any]) -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())
            over.set()
            # What is still under way must find file descriptor 1 where it was.
            await settled.wait()

    # What the caller had us ignore (nohup does that) stays ignored.
    heeded = [number for number in _ENDINGS if signal.getsignal(number) is not signal.SIG_IGN]
    with anyio.open_signal_receiver(*heeded) as signals:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen, signals)
            async with open_desk(services) as desk, kept_up(services, wait, _note):
                tasks.start_soon(talk, build(desk, person=person, default_project=default_project))
                await over.wait()
            settled.set()
            if received:
                # The thread that reads stdin cannot be woken; with nothing left to do, the signal may end it.
                signal.signal(received[0], signal.SIG_DFL)
                signal.raise_signal(received[0])
            tasks.cancel_scope.cancel()


def _note(found: UpkeepReport) -> None:
    """Log what could not be done; all else is in the records."""
    for problem in found.problems:
        _LOG.warning("upkeep: %s: %s (%s)", problem.what, problem.message, problem.code)
