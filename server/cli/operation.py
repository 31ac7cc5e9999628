"""`intent operation`: what became of requests, and going on with them."""

from typing import Annotated

import typer
from pydantic import JsonValue

from engine.service.cancel import cancel as give_up
from engine.service.history import History, history
from engine.service.projects.list import list_projects
from server.cli import arguments
from server.cli.history_text import asked, became
from server.cli.operating import Outcome, describe, perform, show_outcome
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, table
from server.cli.resuming import Adopt, Forget, Retry, resuming
from server.cli.session import Session, run
from server.cli.working import work_through

app = typer.Typer(name="operation", help="List, show, resume and cancel operations.", no_args_is_help=True)

AnyProject = Annotated[
    str | None, typer.Argument(metavar="[PROJECT]", help="the project; all of them where left out")
]


@app.command("list")
def list_(
    project: AnyProject = None,
    limit: arguments.Limit = 50,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """List operations, newest first."""
    screen = Screen(output, quiet)

    async def ask(session: Session) -> list[History]:
        services, person = session.services, session.person
        names = [project] if project is not None else [p.name for p in await list_projects(services, person)]
        return [await history(services, person, name, limit=limit) for name in names]

    found = [(of.project, line) for of in run(screen, ask) for line in of.operations]
    newest = sorted(found, key=lambda one: (one[1].created_at, one[1].operation_id), reverse=True)[:limit]
    rows: list[JsonValue] = [{"project": name, **line.model_dump(mode="json")} for name, line in newest]
    columns = ("OPERATION", "PROJECT", "KIND", "RESOURCE", "STATE", "BY", "WHAT")
    lines = [
        (
            line.operation_id,
            name,
            asked(line),
            line.resource_id,
            line.state,
            line.actor,
            became(line),
        )
        for name, line in newest
    ]
    screen.show({"format_version": FORMAT_VERSION, "operations": rows}, [table(columns, lines)])


@app.command()
def show(
    operation_id: arguments.OperationId, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False
) -> None:
    """Show where an operation stands, what it changes, what was decided, and its steps."""
    screen = Screen(output, quiet)
    found = run(screen, lambda session: describe(session, operation_id))
    show_outcome(screen, found, journal=True)


@app.command()
def resume(
    operation_id: arguments.OperationId,
    *,
    adopt: Adopt = None,
    retry: Retry = False,
    forget: Forget = False,
    wait: arguments.Wait = None,
    output: OutputOption = Output.TEXT,
    quiet: QuietOption = False,
) -> None:
    """Carry out what was approved, and settle what was interrupted."""
    perform(
        Screen(output, quiet),
        resuming(operation_id, adopt, retry=retry, forget=forget),
        wait,
        f"resuming {operation_id}",
    )


@app.command()
def cancel(
    operation_id: arguments.OperationId, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False
) -> None:
    """Stop an operation; one that is changing the cloud finishes the call in flight first."""
    screen = Screen(output, quiet)

    async def ask(session: Session) -> Outcome:
        await give_up(session.services, session.person, operation_id)
        return await describe(session, operation_id)

    show_outcome(screen, run(screen, ask))


@app.command(hidden=True)
def work(operation_id: arguments.OperationId) -> None:
    """Carry an operation out for a command that does not wait for it."""
    screen = Screen(Output.TEXT, quiet=True)
    run(screen, lambda session: work_through(session, operation_id))
