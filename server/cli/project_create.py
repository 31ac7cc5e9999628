"""`intent project create`: a project with its labels, its space and its times."""

import typer

from engine.core.projects import ROOT_SPACE
from engine.service.projects.create import create_project
from engine.service.projects.show import ProjectReport, show_project
from engine.service.projects.times import Times
from server.cli import arguments
from server.cli.output import Output, OutputOption, QuietOption, Screen
from server.cli.project_text import project_lines
from server.cli.session import Session, run

app = typer.Typer()


@app.command()
def create(
    name: arguments.Project,
    label: arguments.Labels = None,
    space: arguments.Space = None,
    ttl: arguments.Ttl = None,
    at_expiry: arguments.AtExpiryOption = None,
    refresh_every: arguments.RefreshEvery = None,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Make an empty project."""
    screen = Screen(output, quiet)
    times = Times(ttl=ttl, at_expiry=at_expiry, refresh_every=refresh_every)

    async def ask(session: Session) -> ProjectReport:
        await create_project(
            session.services,
            session.person,
            name,
            tuple(label or ()),
            ROOT_SPACE if space is None else space,
            times=times,
        )
        return await show_project(session.services, session.person, name)

    project = run(screen, ask)
    screen.show(project, project_lines(project))
