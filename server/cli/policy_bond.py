"""`intent policy attach` and `detach`: which projects a policy binds."""

from collections.abc import Awaitable, Callable

import typer
from rich.text import Text

from engine.core.auth.principals import Principal
from engine.service.policies.attach import attach_policy
from engine.service.policies.detach import detach_policy
from engine.service.services import Services
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen
from server.cli.session import run

app = typer.Typer()


@app.command()
def attach(
    name: arguments.PolicyName,
    project: arguments.Project,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Bind a project to a policy, its newest version now and later."""
    _bind(attach_policy, name, project, Screen(output, quiet), attached=True)


@app.command()
def detach(
    name: arguments.PolicyName,
    project: arguments.Project,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Free a project of a policy."""
    _bind(detach_policy, name, project, Screen(output, quiet), attached=False)


def _bind(
    bind: Callable[[Services, Principal, str, str], Awaitable[None]],
    name: str,
    project: str,
    screen: Screen,
    *,
    attached: bool,
) -> None:
    run(screen, lambda session: bind(session.services, session.person, name, project))
    screen.show(
        {"format_version": FORMAT_VERSION, "policy": name, "project": project, "attached": attached},
        [Text(f"policy {name} {'binds' if attached else 'no longer binds'} project {project}")],
    )
