"""The journal of an operation as people read it: a line for each step and for each thing said in it."""

from collections.abc import Iterator

from rich.text import Text

from engine.service.reported_steps import ReportedEvent, ReportedInterruption, ReportedStep
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


def interruption_lines(known: ReportedInterruption | None) -> Iterator[Text]:
    """Yield what is known of a lost effect: which place told, or what each said in vain."""
    if known is None:
        return
    if known.found_by is not None:
        yield Text(f"  told by    {known.found_by.value}")
    for label, look in zip(["asked", *[""] * len(known.looks)], known.looks, strict=False):
        named = f", id {look.untrusted_object_id}" if look.untrusted_object_id is not None else ""
        yield Text(f"  {label:<9}  {look.source.value}: {look.finding.value}{one_line(named)}")


def _said(event: ReportedEvent) -> str:
    named = f", id {event.untrusted_object_id}" if event.untrusted_object_id is not None else ""
    return one_line(f"{event.at[:19]} {event.type} {event.action}{named}")
