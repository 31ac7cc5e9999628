"""`intent project lock` and `unlock`: keeping others from writing to a project."""

from typing import Annotated

import typer
from pydantic import JsonValue
from rich.text import Text

from engine.service.projects.lock import lock_project
from engine.service.projects.locked import ReportedLock, reported_lock
from engine.service.projects.unlock import unlock_project
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen
from server.cli.project_text import locked_by
from server.cli.session import Session, run

app = typer.Typer()

Why = Annotated[str, typer.Option("--reason", help="why, for others to see; at most 200 characters")]
Force = Annotated[bool, typer.Option("--force", help="end another's lock")]


@app.command()
def lock(
    name: arguments.Project,
    reason: Why = "",
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Keep all others from changing a project until 5 minutes after your last command in it."""
    screen = Screen(output, quiet)

    async def ask(session: Session) -> ReportedLock | None:
        held = await lock_project(session.services, session.person, name, reason)
        return reported_lock(held, held.since)

    held = run(screen, ask)
    said = "" if held is None else locked_by(held)
    screen.show(_document(name, held), [Text(f"project {name} is locked by {said}")])


@app.command()
def unlock(
    name: arguments.Project,
    output: OutputOption = Output.TEXT,
    *,
    force: Force = False,
    quiet: QuietOption = False,
) -> None:
    """End your lock on a project, or with --force another's."""
    screen = Screen(output, quiet)
    ended = run(screen, lambda session: unlock_project(session.services, session.person, name, force=force))
    said = f"project {name} was not locked" if ended is None else f"project {name} is no longer locked"
    screen.show({**_document(name, None), "unlocked": ended is not None}, [Text(said)])


def _document(name: str, held: ReportedLock | None) -> dict[str, JsonValue]:
    lock = None if held is None else held.model_dump(mode="json")
    return {"format_version": FORMAT_VERSION, "project": name, "lock": lock}
