"""Prints a run of policy tests in the form that is asked for."""

from enum import StrEnum
from typing import Final

import typer

from engine.core.policy.suite.results import Judgement, SuiteReport, Verdict
from server.cli.output import Screen
from server.cli.policy.suite_formats import as_github, as_json, as_junit, as_tap
from server.cli.policy.suite_text import suite_lines


class SuiteFormat(StrEnum):
    """How a run is told."""

    PRETTY = "pretty"
    JSON = "json"
    JUNIT = "junit"
    TAP = "tap"
    GITHUB = "github"


_WITHOUT_JUDGEMENT: Final = frozenset({SuiteFormat.JSON, SuiteFormat.JUNIT, SuiteFormat.TAP})


def tell(
    screen: Screen, form: SuiteFormat, report: SuiteReport, judgement: Judgement, *, verbose: bool
) -> None:
    """Print a run on stdout; what the form has no words for, on stderr: why the run is not good enough."""
    match form:
        case SuiteFormat.JUNIT:
            typer.echo(as_junit(report))
        case SuiteFormat.TAP:
            typer.echo(as_tap(report))
        case SuiteFormat.GITHUB:
            typer.echo(as_github(report, judgement))
        case SuiteFormat.PRETTY | SuiteFormat.JSON:
            screen.show(as_json(report), suite_lines(report, judgement, verbose=verbose))
    if form in _WITHOUT_JUDGEMENT and judgement.verdict is not Verdict.PASSED:
        screen.note("; ".join(judgement.reasons))
