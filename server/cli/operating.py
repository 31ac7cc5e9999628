"""Carrying an operation out for a command: in this process to its end, or by a child that outlives it."""

import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

import anyio
import anyio.to_thread
import typer

from engine.core.operations.operation import Operation
from engine.core.values import Difference
from engine.service.compare import compare
from engine.service.report import OperationReport, report
from server.cli.operation_text import operation_lines
from server.cli.output import Output, Screen
from server.cli.session import Session, run
from server.cli.working import work_through
from server.problems import exit_of_report

_POLL_SECONDS: Final = 0.2


class Outcome(NamedTuple):
    """An operation as it stands, what its plan changes, and whether a signal came meanwhile."""

    report: OperationReport
    planned: tuple[Difference, ...]
    interrupted: bool


def perform(
    screen: Screen, ask: Callable[[Session], Awaitable[Operation]], wait: float | None, doing: str
) -> None:
    """Ask for an operation, have it carried out, print it and exit with its code.

    Raises:
        typer.Exit: always.
    """

    async def work(session: Session) -> Outcome:
        return await carry_out(session, (await ask(session)).id, wait)

    show_outcome(screen, run(screen, work, doing=doing))


def show_outcome(screen: Screen, outcome: Outcome, *, journal: bool = False) -> None:
    """Print an operation, for people with its journal where that is asked for, and exit with its code.

    Raises:
        typer.Exit: always.
    """
    screen.show(outcome.report, operation_lines(outcome.report, outcome.planned, journal=journal))
    show_error(screen, outcome)
    raise typer.Exit(exit_of_report(outcome.report))


def show_error(screen: Screen, outcome: Outcome) -> None:
    """Print the error of an operation on stderr; the JSON document holds it already."""
    if outcome.report.error is not None and screen.output is Output.TEXT:
        screen.fail(outcome.report.error)


async def carry_out(session: Session, operation_id: str, wait: float | None) -> Outcome:
    """Have an operation carried out, and return it as it stands at the end or after `wait` seconds.

    Raises:
        EngineError: the operation could not be taken up; see `engine.service.run`.
    """
    completed = True
    if wait is None:
        completed = await work_through(session, operation_id)
    elif (await report(session.services, session.person, operation_id)).next in ("wait", "resume"):
        await _delegate(operation_id, wait)
    return await describe(session, operation_id, interrupted=not completed)


async def describe(session: Session, operation_id: str, *, interrupted: bool = False) -> Outcome:
    """Return an operation as it stands.

    Raises:
        InvalidInput, NotFound: there is no such operation.
    """
    stands = await report(session.services, session.person, operation_id)
    planned = await compare(session.services, session.person, operation_id)
    return Outcome(stands, planned, interrupted)


async def _delegate(operation_id: str, wait: float) -> None:
    """Start a worker for the operation that outlives this process, and wait for it as long as is wanted."""
    worker = await anyio.to_thread.run_sync(_start_worker, operation_id)
    with anyio.move_on_after(wait):
        while worker.poll() is None:  # noqa: ASYNC110 - the end of a child that is not ours to keep has no event
            await anyio.sleep(_POLL_SECONDS)


def _start_worker(operation_id: str) -> subprocess.Popen[bytes]:
    # -P: nothing in the folder where the command was called can pass itself off as a module of ours.
    command = [sys.executable, "-P", "-m", "server.cli.main", "operation", "work", operation_id]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, an id that was parsed
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
