"""`intent policy check`: what is wrong with the policies in files and folders. Nothing is stored."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import anyio
import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.policy.scrutiny import Scrutinised
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting
from server.cli.policy_scrutiny import scrutinise_paths
from server.problems import ExitCode

app = typer.Typer()

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", help="files of Rego, or folders of them at any depth")
]


@app.command()
def check(
    paths: Paths,
    output: OutputOption = Output.TEXT,
    *,
    rego_v0: arguments.RegoV0 = False,
    quiet: QuietOption = False,
) -> None:
    """Say what is wrong with sources, without storing them."""
    screen = Screen(output, quiet)

    with reporting(screen):
        checked = anyio.run(partial(scrutinise_paths, paths, rego_v0=rego_v0))
    findings = [finding for each in checked for finding in each.findings]
    blocked = any(finding.blocking for finding in findings)
    files: list[JsonValue] = [{"path": each.path, "sort": each.sort} for each in checked]
    found: list[JsonValue] = [finding.model_dump(mode="json") for finding in findings]
    screen.show(
        {"format_version": FORMAT_VERSION, "ok": not blocked, "files": files, "findings": found},
        [*(Text(str(finding)) for finding in findings), Text(_summary(checked, len(findings)))],
    )
    raise typer.Exit(ExitCode.USAGE if blocked else ExitCode.OK)


def _summary(checked: Sequence[Scrutinised], findings: int) -> str:
    sorts = [each.sort for each in checked]
    policies = sorts.count("policy")
    said = f"{policies} {'policy' if policies == 1 else 'policies'} checked, {findings or 'nothing'} found"
    others = len(sorts) - sorts.count("policy")
    if others:
        said += f"; {others} tests and libraries only parsed, `intent policy test` judges them"
    return said
