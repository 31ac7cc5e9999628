"""`intent policy eval`: policies in files or as stored, on an input in a file or on stdin. Stores nothing."""

from collections.abc import Sequence

import typer
from rich.text import Text

from engine.core.policy.decision import Decision
from engine.core.policy.policies import PolicySource
from server.cli import arguments
from server.cli.output import Output, OutputOption, QuietOption, Screen
from server.cli.policy.decision import decide_on, decision_document, decision_text
from server.cli.policy.given import Reading
from server.cli.policy.work import Tools, with_policies
from server.problems import exit_of_outcome

app = typer.Typer()


@app.command("eval")
def evaluate(
    policy: arguments.GivenPolicies,
    input_file: arguments.PolicyInputFile,
    parameters: arguments.ParametersFile = None,
    output: OutputOption = Output.TEXT,
    *,
    rego_v0: arguments.RegoV0 = False,
    quiet: QuietOption = False,
) -> None:
    """Evaluate policies on an input; exits with 0 allowed, 3 denied, 4 pending review."""
    screen = Screen(output, quiet)

    async def ask(tools: Tools, sources: Sequence[PolicySource]) -> Decision:
        return await decide_on(tools.evaluator, sources, input_file)

    decision = with_policies(screen, policy, Reading(rego_v0, parameters), ask)
    screen.show(decision_document(decision), [Text(decision_text(decision))])
    raise typer.Exit(exit_of_outcome(decision.outcome))
