"""`intent policy add`, `list`, `show` and `versions`: policies and their sources as they are stored."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.policy.policies import RegoVersion
from engine.service.policies.add import AddedPolicy, add_policy
from engine.service.policies.list import list_policies
from engine.service.policies.show import show_policy
from server.cli import arguments
from server.cli.given import read_object, read_text
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting, table
from server.cli.policy.text import as_written, policy_document, policy_line, policy_row, version_document
from server.cli.session import run

app = typer.Typer()

File = Annotated[Path, typer.Argument(metavar="FILE", help="a file of Rego")]
Version = Annotated[int | None, typer.Option("--version", help="the newest where left out")]


@app.command()
def add(
    name: arguments.PolicyName,
    file: File,
    parameters: arguments.ParametersFile = None,
    label: arguments.PolicyLabels = None,
    space: arguments.Space = None,
    output: OutputOption = Output.TEXT,
    *,
    rego_v0: arguments.RegoV0 = False,
    quiet: QuietOption = False,
) -> None:
    """Store a source as the policy's next version; it binds at once wherever the policy is attached."""
    screen = Screen(output, quiet)
    with reporting(screen):
        source = read_text(file, "policy")
        given = None if parameters is None else read_object(parameters, "parameters")
    added = run(
        screen,
        lambda session: add_policy(
            session.services,
            session.person,
            name,
            source,
            RegoVersion.V0 if rego_v0 else RegoVersion.V1,
            parameters=given,
            labels=None if label is None else tuple(label),
            space=space,
        ),
        doing="checking the policy",
    )
    lines = [Text(str(warning)) for warning in added.warnings]
    screen.show(_added(added), [*lines, Text(policy_line(added.policy))])


@app.command("list")
def list_(output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """List the policies."""
    screen = Screen(output, quiet)
    found = run(screen, lambda session: list_policies(session.services, session.person))
    policies: list[JsonValue] = [policy_document(policy) for policy in found]
    columns = ("POLICY", "VERSION", "STATE", "SPACE", "LABELS", "ABOUT", "BY")
    screen.show(
        {"format_version": FORMAT_VERSION, "policies": policies},
        [table(columns, [policy_row(policy) for policy in found])],
    )


@app.command()
def show(
    name: arguments.PolicyName,
    version: Version = None,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Print the source of a policy, also of a deleted one."""
    screen = Screen(output, quiet)
    policy = run(screen, lambda session: show_policy(session.services, session.person, name, version))
    document = {"format_version": FORMAT_VERSION, **version_document(policy), "source": policy.source}
    if screen.output is Output.JSON:
        screen.show(document, ())
    else:
        typer.echo(as_written(policy.source), nl=not policy.source.endswith("\n"))


def _added(added: AddedPolicy) -> dict[str, JsonValue]:
    warnings: list[JsonValue] = [warning.model_dump(mode="json") for warning in added.warnings]
    return {
        "format_version": FORMAT_VERSION,
        **policy_document(added.policy),
        "parameters": added.version.parameters,
        "warnings": warnings,
    }
