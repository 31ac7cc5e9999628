"""Runs a suite of policy tests once or on each change, with what is seen while it runs."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Final

import anyio
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from engine.core.errors import SuiteInvalid
from engine.core.operations.operation import OperationError
from engine.core.policy.suite.results import Demands, Judgement, SuiteReport
from engine.ports.suites import Heard, SuiteRequest
from engine.service.policies.run_tests import run_tests
from engine.service.policies.watch_tests import watch_tests
from server.bootstrap.evaluation import build_suites
from server.cli.output import Screen, reporting

_LOOK_AGAIN_SECONDS: Final = 0.5


def run_once(screen: Screen, request: SuiteRequest, demands: Demands) -> tuple[SuiteReport, Judgement]:
    """Run a suite and judge the run.

    Raises:
        typer.Exit: it could not be loaded; why was printed.
    """
    with reporting(screen), _progress(screen) as heard:
        return anyio.run(run_tests, build_suites(), request, demands, heard)


def run_on_change(
    screen: Screen, request: SuiteRequest, demands: Demands, tell: Callable[[SuiteReport, Judgement], None]
) -> None:
    """Run a suite now and whenever a file changes, until somebody ends the command.

    Raises:
        typer.Exit: the request was wrong; why was printed.
    """

    async def watch() -> None:
        async for came in watch_tests(build_suites(), request, demands, _ticks()):
            if isinstance(came, SuiteInvalid):
                screen.refuse(OperationError.of(came))
            else:
                tell(*came)
            screen.note("waiting for a change; Ctrl-C ends it")

    with reporting(screen):
        anyio.run(watch)


async def _ticks() -> AsyncIterator[None]:
    while True:
        yield
        await anyio.sleep(_LOOK_AGAIN_SECONDS)


@contextmanager
def _progress(screen: Screen) -> Iterator[Heard]:
    """Show a bar on a terminal; elsewhere, and where it is quiet, nothing."""
    console = screen.margin
    if screen.quiet or not console.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (TextColumn("testing"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("testing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
