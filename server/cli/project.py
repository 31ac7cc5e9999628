"""`intent project`: the containers of resources."""

from typing import Annotated

import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.operations.states import OperationState
from engine.service.change_sets.cascade import delete_cascade
from engine.service.projects.delete import delete_project
from engine.service.projects.list import list_projects
from engine.service.projects.show import show_project
from server.cli import arguments, project_create, project_lock, project_settings
from server.cli.operating import Outcome, carry_out, show_outcome
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, table
from server.cli.project_text import project_lines
from server.cli.session import Session, run

Destroy = Annotated[bool, typer.Option("--destroy", help="destroy everything in it first, as one change set")]

app = typer.Typer(
    name="project", help="Make, list, show, update, extend, lock and delete projects.", no_args_is_help=True
)
app.add_typer(project_create.app)
app.add_typer(project_settings.app)
app.add_typer(project_lock.app)


@app.command()
def show(name: arguments.Project, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """Show a project: resources, policies, what waits, what was done last."""
    screen = Screen(output, quiet)
    project = run(screen, lambda session: show_project(session.services, session.person, name))
    screen.show(project, project_lines(project))


@app.command("list")
def list_(output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """List the projects."""
    screen = Screen(output, quiet)
    found = run(screen, lambda session: list_projects(session.services, session.person))
    projects: list[JsonValue] = [
        {
            "project": p.name,
            "id": p.id,
            "space": p.space,
            "labels": list(p.labels),
            "created_at": p.created_at.isoformat(),
        }
        for p in found
    ]
    rows = [(p.name, p.space, ", ".join(p.labels), p.created_at.isoformat()[:19]) for p in found]
    screen.show(
        {"format_version": FORMAT_VERSION, "projects": projects},
        [table(("PROJECT", "SPACE", "LABELS", "CREATED"), rows)],
    )


@app.command()
def delete(
    name: arguments.Project,
    output: OutputOption = Output.TEXT,
    *,
    destroy: Destroy = False,
    quiet: QuietOption = False,
) -> None:
    """Delete an empty project; `intent history` still finds what was done in it."""
    screen = Screen(output, quiet)

    async def work(session: Session) -> Outcome | None:
        known = await show_project(session.services, session.person, name)
        if destroy and known.resources:
            asked = await delete_cascade(session.services, session.person, name, resource_ids=None)
            outcome = await carry_out(session, asked.id, None)
            if outcome.report.operation.state is not OperationState.FINISHED:
                return outcome
        await delete_project(session.services, session.person, name)
        return None

    unfinished = run(screen, work, doing=f"deleting {name}" if destroy else "")
    if unfinished is not None:
        show_outcome(screen, unfinished)
    screen.show(
        {"format_version": FORMAT_VERSION, "project": name, "deleted": True},
        [Text(f"project {name} is deleted; `intent history {name}` shows what was done in it")],
    )
