"""`intent policy simulate`: any policies on what was recorded, beside what was decided."""

from typing import Annotated

import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.errors import InvalidInput
from engine.core.policy.rules import RULES
from engine.service.policies.simulate import Simulation, simulate
from server.cli import arguments
from server.cli.output import FORMAT_VERSION, Output, OutputOption, QuietOption, Screen, one_line, reporting
from server.cli.policy.decision import decision_document, decision_text
from server.cli.policy.given import Reading, parse_policy, policies_given
from server.cli.session import Session, run
from server.problems import exit_of_outcome

app = typer.Typer()

SampleId = Annotated[str | None, typer.Option("--sample", metavar="ID", help="a sample")]
RecordedId = Annotated[
    str | None, typer.Option("--operation", metavar="ID", help="an operation, or a decision")
]


@app.command("simulate")
def rehearse(
    policy: arguments.GivenPolicies,
    sample: SampleId = None,
    operation: RecordedId = None,
    parameters: arguments.ParametersFile = None,
    output: OutputOption = Output.TEXT,
    *,
    rego_v0: arguments.RegoV0 = False,
    quiet: QuietOption = False,
) -> None:
    """Evaluate policies on a recorded input; exits with 0 allowed, 3 denied, 4 pending review."""
    screen = Screen(output, quiet)
    with reporting(screen):
        _require_one(sample, operation)

    async def ask(session: Session) -> Simulation:
        given = [parse_policy(text) for text in policy]
        sources = await policies_given(session, given, Reading(rego_v0, parameters))
        return await simulate(session.services, session.person, sources, operation=operation, sample=sample)

    told = run(screen, ask, doing="asking the policies")
    document: dict[str, JsonValue] = {
        "format_version": FORMAT_VERSION,
        "recorded": told.recorded.model_dump(mode="json"),
        "simulated": decision_document(told.decision),
        "redacted": list(told.redacted),
    }
    screen.show(document, _lines(told))
    raise typer.Exit(exit_of_outcome(told.decision.outcome))


def _lines(told: Simulation) -> list[Text]:
    recorded = told.recorded
    lines = [
        f"recorded ({recorded.sort} {recorded.id}, {', '.join(recorded.policies) or 'no policy'}):",
        f"  {recorded.outcome.value.replace('_', ' ')}",
        *(f"    {rule}: {reason}" for rule in RULES for reason in getattr(recorded, rule)),
        "simulated:",
        *(f"  {line}" for line in decision_text(told.decision).splitlines()),
    ]
    if told.redacted:
        lines.append(f"the recorded input hides: {', '.join(told.redacted)}")
    return [Text(one_line(line)) for line in lines]


def _require_one(sample: str | None, operation: str | None) -> None:
    if (sample is None) == (operation is None):
        raise InvalidInput(
            "one thing that was recorded is needed",
            field="operation",
            hint="give either --operation or --sample",
        )
