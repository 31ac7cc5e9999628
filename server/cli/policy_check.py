"""`intent policy check` and `eval`: sources in files, of which nothing is stored."""

from pathlib import Path
from typing import Annotated

import anyio
import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.policy.decision import Decision
from engine.core.policy.policies import Finding
from server.bootstrap.evaluation import open_evaluator
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, reporting
from server.cli.policy_eval import decision_document, decision_text, evaluate_files, source_in
from server.problems import ExitCode, exit_of_outcome

app = typer.Typer()

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="files of Rego")]
PolicyFiles = Annotated[list[Path], typer.Option("--policy", help="a file of Rego; repeat for more")]
InputFile = Annotated[
    Path, typer.Option("--input", metavar="FILE|-", help="the input: a JSON file, or stdin")
]


@app.command()
def check(
    files: Files,
    output: OutputOption = Output.TEXT,
    *,
    rego_v0: arguments.RegoV0 = False,
    quiet: QuietOption = False,
) -> None:
    """Say what is wrong with sources, without storing them."""
    screen = Screen(output, quiet)

    async def ask() -> list[Finding]:
        async with open_evaluator() as evaluator:
            sources = [await source_in(path, rego_v0=rego_v0) for path in files]
            return [finding for source in sources for finding in (await evaluator.check(source)).findings]

    with reporting(screen):
        found = anyio.run(ask)
    blocked = any(finding.blocking for finding in found)
    findings: list[JsonValue] = [finding.model_dump(mode="json") for finding in found]
    screen.show(
        {"format_version": FORMAT_VERSION, "ok": not blocked, "findings": findings},
        [Text(str(finding)) for finding in found] or [Text(f"{len(files)} checked, nothing found")],
    )
    raise typer.Exit(ExitCode.USAGE if blocked else ExitCode.OK)


@app.command("eval")
def evaluate(
    policy: PolicyFiles,
    input_file: InputFile,
    output: OutputOption = Output.TEXT,
    *,
    rego_v0: arguments.RegoV0 = False,
    quiet: QuietOption = False,
) -> None:
    """Evaluate sources on an input; exits with 0 allowed, 3 denied, 4 pending review."""
    screen = Screen(output, quiet)

    async def ask() -> Decision:
        async with open_evaluator() as evaluator:
            return await evaluate_files(evaluator, policy, input_file, rego_v0=rego_v0)

    with reporting(screen):
        decision = anyio.run(ask)
    screen.show(decision_document(decision), [Text(decision_text(decision))])
    raise typer.Exit(exit_of_outcome(decision.outcome))
