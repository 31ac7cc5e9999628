"""`intent policy attach`, `detach` and `bindings`: which policies bind which projects, and why."""

from typing import Annotated, Final

import typer
from rich.text import Text

from engine.service.policies.attach import attach_policy
from engine.service.policies.bindings import PolicyBinding, policy_bindings
from engine.service.policies.detach import detach_policy
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, table
from server.cli.policy.text import TYPES_SHOWN
from server.cli.session import run
from server.problems import NOTHING_BINDS, listing

app = typer.Typer()

AboutType = Annotated[str | None, typer.Option("--type", help="say what applies to this type of resource")]
AboutOperation = Annotated[
    str | None,
    typer.Option("--operation", help="say what applies to create, update, delete, import, refresh"),
]
_BY_HAND: Final = "by hand"


@app.command()
def attach(
    name: arguments.PolicyName,
    project: arguments.Project,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Attach a policy to a project by hand, its newest version now and later."""
    screen = Screen(output, quiet)
    policy = run(screen, lambda session: attach_policy(session.services, session.person, name, project))
    said = f"policy {name} binds project {project}"
    if not policy.enabled:
        said = f"policy {name} is attached to project {project}, and binds it once it is enabled"
    screen.show(_bond(name, project, attached=True), [Text(said)])


@app.command()
def detach(
    name: arguments.PolicyName,
    project: arguments.Project,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Take a policy off a project that it was attached to by hand."""
    screen = Screen(output, quiet)
    labels = run(screen, lambda session: detach_policy(session.services, session.person, name, project))
    said = f"policy {name} no longer binds project {project}"
    if labels:
        said = f"policy {name} still binds project {project}, by its label {labels[0]}"
    screen.show(_bond(name, project, attached=bool(labels)), [Text(said)])


@app.command()
def bindings(
    project: arguments.Project,
    resource_type: AboutType = None,
    operation: AboutOperation = None,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """List what binds a project, and why."""
    screen = Screen(output, quiet)
    found = run(
        screen,
        lambda session: policy_bindings(
            session.services, session.person, project, resource_type=resource_type, operation=operation
        ),
    )
    rows = [_row(each) for each in found.policies]
    nothing = Text(f"{NOTHING_BINDS.format(project=project)}: every change is allowed")
    screen.show(
        found,
        [
            table(("POLICY", "VERSION", "STANDS", "ATTACHED", "TYPES", "OPERATIONS"), rows)
            if rows
            else nothing
        ],
    )


def _row(each: PolicyBinding) -> tuple[str, ...]:
    why = [_BY_HAND] if each.by_hand else []
    return (
        each.policy,
        f"v{each.version}",
        each.stands,
        ", ".join([*why, *each.labels]),
        listing(each.resource_types, TYPES_SHOWN),
        ", ".join(each.operations),
    )


def _bond(name: str, project: str, *, attached: bool) -> dict[str, str | bool]:
    return {"format_version": FORMAT_VERSION, "policy": name, "project": project, "attached": attached}
