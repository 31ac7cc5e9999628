"""`intent policy samples`: what policies were asked and said, as it was kept."""

from typing import Annotated, Final

import typer
from pydantic import JsonValue
from rich.text import Text

from engine.core.policy.decision import Outcome
from engine.core.policy.rules import RULES
from engine.core.policy.samples import Sample
from engine.service.policies.samples import list_samples
from engine.service.policies.show_sample import show_sample
from server.cli import arguments
from server.cli.output import (
    FORMAT_VERSION,
    Output,
    OutputOption,
    QuietOption,
    Screen,
    one_line,
    spelt,
    table,
)
from server.cli.session import run

app = typer.Typer()

_INPUT_CHARS: Final = 4_000

OutcomeOption = Annotated[
    Outcome | None, typer.Option("--outcome", help="only those where the policy alone would have decided so")
]
SampleId = Annotated[
    str | None, typer.Option("--sample", metavar="ID", help="show this one with the input that was asked")
]


@app.command("samples")
def samples(
    name: arguments.PolicyName,
    sample: SampleId = None,
    outcome: OutcomeOption = None,
    output: OutputOption = Output.TEXT,
    *,
    quiet: QuietOption = False,
) -> None:
    """List what a policy was asked and said, newest first; or show one sample with its input."""
    screen = Screen(output, quiet)
    if sample is not None:
        _show(screen, run(screen, lambda session: show_sample(session.services, session.person, sample)))
        return
    found = run(screen, lambda session: list_samples(session.services, session.person, name, outcome=outcome))
    listed: list[JsonValue] = [each.model_dump(mode="json", exclude={"policy_input"}) for each in found]
    rows = [
        (
            each.id,
            f"v{each.policy_version}",
            each.at.isoformat(timespec="seconds"),
            each.outcome.value.replace("_", " "),
            _asked(each),
            _first_said(each),
        )
        for each in found
    ]
    columns = ("SAMPLE", "VERSION", "AT", "ALONE", "ASKED", "SAID")
    screen.show({"format_version": FORMAT_VERSION, "samples": listed}, [table(columns, rows)])


def _show(screen: Screen, sample: Sample) -> None:
    outcome = sample.outcome.value.replace("_", " ")
    said = [f"  {rule}: {reason}" for rule in RULES for reason in getattr(sample.answer, rule)]
    lines = [
        f"{sample.answer.name} v{sample.policy_version}: {outcome}",
        *said,
        f"  operation {sample.operation_id}, {_asked(sample)}",
    ]
    policy_input = Text(f"  input {spelt(sample.policy_input, _INPUT_CHARS)}")
    screen.show(
        {"format_version": FORMAT_VERSION, **sample.model_dump(mode="json")},
        [*(Text(one_line(line)) for line in lines), policy_input],
    )


def _asked(sample: Sample) -> str:
    resource = sample.policy_input.get("resource")
    if not isinstance(resource, dict):
        return ""
    return " ".join(str(resource.get(name)) for name in ("operation", "resource_type", "resource_id"))


def _first_said(sample: Sample) -> str:
    if sample.answer.failure is not None:
        return f"{sample.answer.failure.code}: {sample.answer.failure.message}"
    said = [f"{rule}: {reason}" for rule in RULES for reason in getattr(sample.answer, rule)]
    return said[0] if said else ""
