"""`intent scheduler`: upkeep for whoever has no server running."""

from collections.abc import Iterator
from typing import Annotated, Final

import typer
from rich.text import Text

from engine.service.upkeep.found import UpkeepReport
from server.cli.output import Output, OutputOption, QuietOption, Screen
from server.cli.session import Session, run
from server.cli.working import until_signalled
from server.problems import ExitCode
from server.scheduler import every, keep_up, once

app = typer.Typer(
    name="scheduler",
    help="Do what is due: expiries, refreshes, recovery, warnings.",
    no_args_is_help=True,
)
Once = Annotated[bool, typer.Option("--once", help="make one pass, carry out what is due, and end")]
_NAMES: Final = {
    "warned": "warned",
    "archived": "archived",
    "destroyed": "destroyed",
    "recovered": "recovered",
    "expired": "expired",
    "given_up": "gave up",
    "due": "carried out",
}


@app.callback()
def _group() -> None:
    """Take the name of a command."""


@app.command("run")
def run_(*, once_only: Once = False, output: OutputOption = Output.TEXT, quiet: QuietOption = False) -> None:
    """Make passes of upkeep until a signal ends it; `intent mcp` does the same by itself."""
    screen = Screen(output, quiet)
    if not once_only:
        run(screen, lambda session: _keep_up(session, screen), doing="keeping up")
        return
    found = run(screen, lambda session: _once(session, screen), doing="one pass of upkeep")
    _show(screen, found)
    raise typer.Exit(ExitCode.FAILED if found.problems else ExitCode.OK)


async def _once(session: Session, screen: Screen) -> UpkeepReport:
    reports: list[UpkeepReport] = []

    async def work() -> None:
        reports.append(await once(session.services))

    await until_signalled(screen, work)
    return next(iter(reports), UpkeepReport())


async def _keep_up(session: Session, screen: Screen) -> None:
    def hear(found: UpkeepReport) -> None:
        if not found.idle:
            _show(screen, found)

    wait = every(session.settings.upkeep_seconds)
    await until_signalled(screen, lambda: keep_up(session.services, wait, hear))


def _show(screen: Screen, found: UpkeepReport) -> None:
    screen.show(found, _lines(found))


def _lines(found: UpkeepReport) -> Iterator[Text]:
    for member, name in _NAMES.items():
        for each in getattr(found, member):
            yield Text(f"{name} {each}")
    for problem in found.problems:
        yield Text(f"problem: {problem.what}: {problem.message} ({problem.code})")
    if found.idle:
        yield Text("nothing was due")
