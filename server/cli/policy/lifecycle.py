"""`intent policy versions`, `label`, `enable`, `disable` and `delete`: a policy whatever its version."""

from typing import Annotated

import typer
from rich.text import Text

from engine.core.errors import InvalidInput
from engine.core.policy.policies import Policy
from engine.service.policies.delete import delete_policy
from engine.service.policies.label import label_policy
from engine.service.policies.switch import switch_policy
from engine.service.policies.versions import policy_versions
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting, table
from server.cli.policy.text import about, history_document, policy_document, policy_line
from server.cli.session import run

app = typer.Typer()

NoLabels = Annotated[bool, typer.Option("--no-labels", help="take all labels off")]
Detach = Annotated[
    bool, typer.Option("--detach", help="detach it first from every project that it is attached to")
]


@app.command()
def versions(
    name: arguments.PolicyName, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False
) -> None:
    """List the versions of a policy, also of a deleted one."""
    screen = Screen(output, quiet)
    found = run(screen, lambda session: policy_versions(session.services, session.person, name))
    rows = [
        (
            f"v{version.version}",
            f"Rego {version.rego_version.value}",
            about(version.metadata),
            ", ".join(sorted(version.parameters)),
            version.created_at.isoformat()[:19],
            version.created_by,
        )
        for version in found.versions
    ]
    screen.show(
        {"format_version": FORMAT_VERSION, **history_document(found)},
        [
            Text(policy_line(found.policy)),
            table(("VERSION", "LANGUAGE", "ABOUT", "PARAMETERS", "AT", "BY"), rows),
        ],
    )


@app.command()
def label(
    name: arguments.PolicyName,
    label: arguments.PolicyLabels = None,
    space: arguments.Space = None,
    output: OutputOption = Output.TEXT,
    *,
    no_labels: NoLabels = False,
    quiet: QuietOption = False,
) -> None:
    """Replace a policy's labels, or move it to another space."""
    screen = Screen(output, quiet)
    with reporting(screen):
        labels = _labels(label, space, none=no_labels)
    policy = run(
        screen,
        lambda session: label_policy(session.services, session.person, name, labels=labels, space=space),
    )
    _show(screen, policy)


@app.command()
def enable(
    name: arguments.PolicyName, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False
) -> None:
    """Let a disabled policy bind again."""
    _switch(name, Screen(output, quiet), enabled=True)


@app.command()
def disable(
    name: arguments.PolicyName, output: OutputOption = Output.TEXT, *, quiet: QuietOption = False
) -> None:
    """Keep a policy from binding anything; it stays attached."""
    _switch(name, Screen(output, quiet), enabled=False)


@app.command()
def delete(
    name: arguments.PolicyName,
    output: OutputOption = Output.TEXT,
    *,
    detach: Detach = False,
    quiet: QuietOption = False,
) -> None:
    """Delete a policy; its versions stay readable, and another may have its name."""
    screen = Screen(output, quiet)
    projects = run(
        screen, lambda session: delete_policy(session.services, session.person, name, detach=detach)
    )
    freed = f"; it no longer binds {', '.join(projects)}" if projects else ""
    screen.show(
        {
            "format_version": FORMAT_VERSION,
            "policy": name,
            "deleted": True,
            "detached_from": list(projects),
        },
        [Text(f"policy {name} is deleted{freed}")],
    )


def _switch(name: str, screen: Screen, *, enabled: bool) -> None:
    policy = run(
        screen, lambda session: switch_policy(session.services, session.person, name, enabled=enabled)
    )
    _show(screen, policy)


def _show(screen: Screen, policy: Policy) -> None:
    screen.show({"format_version": FORMAT_VERSION, **policy_document(policy)}, [Text(policy_line(policy))])


def _labels(given: list[str] | None, space: str | None, *, none: bool) -> tuple[str, ...] | None:
    if none and given:
        raise InvalidInput("labels are given and taken off", field="label", hint="leave --no-labels out")
    if given is None and not none and space is None:
        raise InvalidInput(
            "nothing to change is given", field="label", hint="give --label, --no-labels or --space"
        )
    if none:
        return ()
    return None if given is None else tuple(given)
