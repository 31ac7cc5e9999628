"""`intent policy why`: which expression of each rule decided, in a recorded decision or on an input."""

from pathlib import Path
from typing import Annotated

import typer

from engine.core.errors import InvalidInput
from engine.service.policies.why import why
from server.cli import arguments
from server.cli.output import Output, OutputOption, QuietOption, Screen, reporting
from server.cli.policy.given import Reading
from server.cli.policy.why_given import explain_given
from server.cli.policy.why_text import show_explanations, show_why
from server.cli.session import run
from server.problems import ExitCode

app = typer.Typer()

Recorded = Annotated[
    str | None,
    typer.Argument(metavar="[OPERATION]", help="an operation, or a decision; else give --policy and --input"),
]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="NAME|FILE",
        help="of an operation: only this policy; with --input: files or stored policies, repeat for more",
    ),
]
InputFile = Annotated[
    Path | None, typer.Option("--input", metavar="FILE|-", help="the input: a JSON file, or stdin")
]


@app.command("why")
def explain(
    recorded: Recorded = None,
    policy: Policies = None,
    input_file: InputFile = None,
    parameters: arguments.ParametersFile = None,
    output: OutputOption = Output.TEXT,
    *,
    rego_v0: arguments.RegoV0 = False,
    quiet: QuietOption = False,
) -> None:
    """Say which expression of each rule decided, and with which values."""
    screen = Screen(output, quiet)
    if recorded is not None:
        with reporting(screen):
            name = _one_name(policy, input_file)
        told = run(screen, lambda session: why(session.services, session.person, recorded, policy=name))
        show_why(screen, told)
        explanations = told.policies
    else:
        explanations = explain_given(screen, policy, input_file, Reading(rego_v0, parameters))
        show_explanations(screen, explanations)
    failed = any(explanation.failure is not None for explanation in explanations)
    raise typer.Exit(ExitCode.FAILED if failed else ExitCode.OK)


def _one_name(given: list[str] | None, input_file: Path | None) -> str | None:
    if input_file is not None:
        raise InvalidInput("an operation has its input already", field="input", hint="leave --input out")
    if given is not None and len(given) > 1:
        raise InvalidInput(
            "of an operation one policy is named, or none", field="policy", hint="leave --policy out for all"
        )
    return given[0] if given else None
