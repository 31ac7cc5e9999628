"""One call of a tool: who calls, what for, and who hears of progress."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import anyio
from mcp.server import ServerRequestContext

from engine.core.auth.principals import Principal, assistant
from engine.core.diagnostics import sanitise
from engine.ports.runner import Progress
from engine.service.services import Services
from server.context import Desk

PROGRESS_EVERY_SECONDS: Final = 3.0
_UNHEARD_MAX: Final = 100
_MESSAGE_MAX_CHARS: Final = 300
_CLIENT_MAX_CHARS: Final = 100
_NAMELESS_CLIENT: Final = "mcp"


@dataclass(frozen=True)
class Call:
    """What every operation of a tool is given beside its arguments.

    Attributes:
        default_project: the project of a call that names none.
        tell: hears what happens while the caller waits.
    """

    desk: Desk
    principal: Principal
    default_project: str
    tell: Progress

    @property
    def services(self) -> Services:
        """The ports of the use cases."""
        return self.desk.services


def principal_of(person: str, context: ServerRequestContext) -> Principal:
    """Return the assistant that calls: it works for `person`, through the client that it says it is."""
    client = context.session.client_params
    name = sanitise(client.client_info.name, _CLIENT_MAX_CHARS) if client is not None else ""
    return assistant(person, name or _NAMELESS_CLIENT)


@asynccontextmanager
async def told(report: Callable[[float, None, str], Awaitable[None]]) -> AsyncIterator[Progress]:
    """Pass progress on to `report`, and a sign of life every few seconds.

    INVARIANT: the operation never waits for the client: what the client does not take in time is dropped.
    """
    send, receive = anyio.create_memory_object_stream[str](_UNHEARD_MAX)

    async def listen(text: str) -> None:
        if send.statistics().current_buffer_used < _UNHEARD_MAX:
            send.send_nowait(sanitise(text, _MESSAGE_MAX_CHARS))

    async def pass_on() -> None:
        count = 0
        while True:
            text = "still working"
            with anyio.move_on_after(PROGRESS_EVERY_SECONDS):
                text = await receive.receive()
            count += 1
            await report(count, None, text)

    async with send, receive, anyio.create_task_group() as tasks:
        tasks.start_soon(pass_on)
        yield listen
        tasks.cancel_scope.cancel()
