"""Carrying an operation out in this process, whatever signals come meanwhile."""

import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import anyio

from engine.core.operations.states import RUNNING_STATES
from engine.service.lease import lapsed
from engine.service.run import run
from server.cli.output import Screen
from server.cli.session import Session

_POLL_SECONDS: Final = 0.2
# Ctrl-C, being told to end, and the terminal going away.
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_INTERRUPTED: Final = (
    "interrupted: a change that has begun is followed to its outcome; nothing further is started"
)


async def work_through(session: Session, operation_id: str) -> bool:
    """Carry an operation out here; False where a signal ended it, though never in the middle of an effect.

    Raises:
        EngineError: the operation could not be taken up; see `engine.service.run`.
    """

    async def tell(text: str) -> None:
        # A terminal that is gone ends nothing.
        with suppress(OSError):
            await session.progress(text)

    async def work() -> None:
        operation = await run(session.services, operation_id, tell, session.person.key)
        # Another process may have it, by the same idempotency key: it is followed while that one lives.
        while operation.state in RUNNING_STATES and not lapsed(session.services, operation):
            await anyio.sleep(_POLL_SECONDS)
            operation = await run(session.services, operation_id, tell, session.person.key)

    return await until_signalled(session.screen, work)


async def until_signalled(screen: Screen, work: Callable[[], Awaitable[None]]) -> bool:
    """Do work to its end; False where a signal cancelled it, which effects that have begun do not heed."""
    async with anyio.create_task_group() as tasks:
        with anyio.CancelScope() as scope:
            tasks.start_soon(_heed_signals, scope, screen)
            await work()
        tasks.cancel_scope.cancel()
    return not scope.cancel_called


async def _heed_signals(scope: anyio.CancelScope, screen: Screen) -> None:
    """Cancel on the first signal. Later ones change nothing: the effect is shielded until its outcome."""
    # What the caller had us ignore (nohup does that) stays ignored.
    heeded = (number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN)
    with anyio.open_signal_receiver(*heeded) as signals:
        async for _ in signals:
            if not scope.cancel_called:
                scope.cancel()
                with suppress(OSError):
                    screen.note(_INTERRUPTED)
