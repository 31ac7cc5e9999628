"""The journal of an operation as people read it: a line for each step and for each thing said in it."""

from collections.abc import Iterator

from rich.text import Text

from engine.service.reported_steps import ReportedEvent, ReportedStep
from server.cli.output import one_line


def step_lines(steps: tuple[ReportedStep, ...]) -> Iterator[Text]:
    """Yield the steps of an operation."""
    for label, step in zip(["steps", *[""] * len(steps)], steps, strict=False):
        outcome = step.outcome.value if step.outcome is not None else "under way"
        when = (
            f"{step.begun_at[:19]} to {step.ended_at[:19]}"
            if step.ended_at
            else f"since {step.begun_at[:19]}"
        )
        yield Text(
            f"  {label:<9}  {step.number} {step.kind.value}: {outcome}, {when}, {one_line(step.worker)}"
        )
        yield from (Text(f"    {_said(event)}") for event in step.events)


def _said(event: ReportedEvent) -> str:
    named = f", id {event.untrusted_object_id}" if event.untrusted_object_id is not None else ""
    return one_line(f"{event.at[:19]} {event.type} {event.action}{named}")
