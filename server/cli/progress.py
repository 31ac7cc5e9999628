"""The progress line: moving on a terminal, plain lines elsewhere; nothing in the first second."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import anyio
from rich.status import Status
from rich.text import Text

from engine.ports.runner import Progress
from server.cli.output import Screen, one_line

_PATIENCE_SECONDS: Final = 1.0
_BAR_CHARS: Final = 20


class _Line:
    def __init__(self, screen: Screen, doing: str) -> None:
        self._console = screen.margin
        self._latest = doing
        self._appeared = False
        self._moving: Status | None = None

    async def hear(self, text: str) -> None:
        if text != self._latest:
            self._latest = text
            if self._appeared:
                self._say()

    async def appear(self) -> None:
        await anyio.sleep(_PATIENCE_SECONDS)
        self._appeared = True
        self._say()

    def end(self) -> None:
        self._appeared = False
        if self._moving is not None:
            self._moving.stop()

    def _say(self) -> None:
        text = Text(one_line(self._latest))
        if not self._console.is_terminal:
            self._console.print(Text.assemble("… ", text), soft_wrap=True)
            return
        if self._moving is None:
            self._moving = Status(text, console=self._console)
            self._moving.start()
        self._moving.update(text)


def counted(progress: Progress, doing: str) -> Callable[[int, int], Awaitable[None]]:
    """Return what hears how many of how many are done, and says so as a bar each time a twentieth is."""
    shown = -1

    async def hear(done: int, total: int) -> None:
        nonlocal shown
        filled = done * _BAR_CHARS // total
        if filled != shown:
            shown = filled
            bar = "█" * filled + "░" * (_BAR_CHARS - filled)
            await progress(f"{doing} {bar} {done} of {total}")

    return hear


@asynccontextmanager
async def progress_line(screen: Screen, doing: str) -> AsyncIterator[Progress]:
    """Give what hears progress; `doing` is shown until something was heard. Quiet shows nothing."""
    line = _Line(screen, doing)
    async with anyio.create_task_group() as tasks:
        if not screen.quiet:
            tasks.start_soon(line.appear)
        try:
            yield line.hear
        finally:
            tasks.cancel_scope.cancel()
            line.end()
