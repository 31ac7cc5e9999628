"""`intent policy check`: what is wrong with the policies in files and folders. Nothing is stored."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import anyio
import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.policy.policies import Finding
from engine.core.policy.scrutiny import Scrutinised
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting
from server.cli.policy.scrutiny import scrutinise_paths
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
        [*(Text(str(finding)) for finding in findings), Text(_summary(checked, findings))],
    )
    raise typer.Exit(ExitCode.USAGE if blocked else ExitCode.OK)


def _summary(checked: Sequence[Scrutinised], findings: Sequence[Finding]) -> str:
    sorts = [each.sort for each in checked]
    policies = sorts.count("policy")
    errors = sum(finding.blocking for finding in findings)
    found = f"{_counted(errors, 'error')} and {_counted(len(findings) - errors, 'warning')}"
    said = f"{_counted(policies, 'policy', 'policies')} checked, {found if findings else 'nothing'} found"
    others = len(sorts) - sorts.count("policy")
    if others:
        parsed = _counted(others, "test or library", "tests and libraries")
        said += f"; {parsed} only parsed, which `intent policy test` judges"
    return said


def _counted(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or f'{one}s'}"
