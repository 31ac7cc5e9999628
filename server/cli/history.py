"""`intent history`: what was asked of a project."""

from typing import Annotated

import typer

from engine.service.history import history as list_history
from server.cli import arguments
from server.cli.history_text import asked, became
from server.cli.output import Output, OutputOption, QuietOption, Screen, table
from server.cli.session import run

app = typer.Typer()

ResourceOption = Annotated[str | None, typer.Option("--resource", help="of this resource alone")]


@app.command()
def history(
    project: arguments.Project,
    resource: ResourceOption = None,
    limit: arguments.Limit = 50,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Show what was asked of a project and what became of it, newest first."""
    screen = Screen(output, quiet)
    found = run(
        screen,
        lambda session: list_history(
            session.services, session.person, project, resource_id=resource, limit=limit
        ),
    )
    rows = [
        (
            line.created_at[:19],
            line.operation_id,
            asked(line),
            line.resource_id or line.resource_type,
            line.state,
            f"{line.actor} ({line.client})",
            became(line),
        )
        for line in found.operations
    ]
    screen.show(found, [table(("TIME", "OPERATION", "KIND", "RESOURCE", "STATE", "BY", "WHAT"), rows)])
