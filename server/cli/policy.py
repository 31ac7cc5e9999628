"""`intent policy`: policies as they are stored."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.policy.policies import Policy, PolicyVersion, RegoVersion
from engine.service.policies.add import add_policy
from engine.service.policies.list import list_policies
from engine.service.policies.show import show_policy
from server.cli import (
    arguments,
    policy_backtest,
    policy_bond,
    policy_check,
    policy_eval,
    policy_input_schema,
    policy_new,
    policy_pack,
    policy_replay,
    policy_samples,
    policy_simulate,
    policy_test,
    policy_why,
)
from server.cli.given import read_text
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting, table
from server.cli.session import run

app = typer.Typer(name="policy", help="Check, store, attach and evaluate policies.", no_args_is_help=True)
app.add_typer(policy_check.app)
app.add_typer(policy_eval.app)
app.add_typer(policy_input_schema.app)
app.add_typer(policy_why.app)
app.add_typer(policy_samples.app)
app.add_typer(policy_simulate.app)
app.add_typer(policy_backtest.app)
app.add_typer(policy_replay.app)
app.add_typer(policy_new.app)
app.add_typer(policy_test.app)
app.add_typer(policy_bond.app)
app.add_typer(policy_pack.app)

File = Annotated[Path, typer.Argument(metavar="FILE", help="a file of Rego")]
Version = Annotated[int | None, typer.Option("--version", help="the newest where left out")]


@app.command()
def add(
    name: arguments.PolicyName,
    file: File,
    output: OutputOption = Output.TEXT,
    *,
    rego_v0: arguments.RegoV0 = False,
    quiet: QuietOption = False,
) -> None:
    """Store a source as the policy's next version; it binds at once wherever the policy is attached."""
    screen = Screen(output, quiet)
    with reporting(screen):
        source = read_text(file, "policy")
    language = RegoVersion.V0 if rego_v0 else RegoVersion.V1
    policy = run(
        screen,
        lambda session: add_policy(session.services, session.person, name, source, language),
        doing="checking the policy",
    )
    screen.show(_document(policy), [Text(f"policy {policy.name} v{policy.version}")])


@app.command("list")
def list_(output: OutputOption = Output.TEXT, *, quiet: QuietOption = False) -> None:
    """List the policies."""
    screen = Screen(output, quiet)
    found = run(screen, lambda session: list_policies(session.services, session.person))
    policies: list[JsonValue] = [_fields(policy) for policy in found]
    rows = [(p.name, f"v{p.version}", f"Rego {p.rego_version.value}", p.created_by) for p in found]
    screen.show(
        {"format_version": FORMAT_VERSION, "policies": policies},
        [table(("POLICY", "VERSION", "LANGUAGE", "BY"), rows)],
    )


@app.command()
def show(
    name: arguments.PolicyName,
    version: Version = None,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """Print the source of a policy."""
    screen = Screen(output, quiet)
    policy = run(screen, lambda session: show_policy(session.services, session.person, name, version))
    screen.show({**_document(policy), "source": policy.source}, [Text(policy.source.rstrip("\n"))])


def _document(policy: PolicyVersion) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = policy.model_dump(mode="json", exclude={"source"})
    return {"format_version": FORMAT_VERSION, **fields, "digest": policy.digest}


def _fields(policy: Policy) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = policy.model_dump(mode="json", exclude={"deleted_at"})
    return fields
