"""What is published of an operation's journal: its steps, and what OpenTofu said in each."""

from pydantic import BaseModel, ConfigDict

from engine.core.diagnostics import sanitise
from engine.core.operations.operation import Operation
from engine.core.operations.steps import StepEvent, StepKind, StepOutcome
from engine.core.resources import Resource
from engine.core.values import REDACTED, marked_at
from engine.ports.store import Transaction

# It says that OpenTofu still waits, and nothing else; the journal itself has each.
_PROGRESS = "apply_progress"


class ReportedEvent(BaseModel):
    """What OpenTofu said while it applied; `untrusted_object_id` is the provider's id of the object."""

    model_config = ConfigDict(frozen=True)

    at: str
    type: str
    action: str
    untrusted_object_id: str | None


class ReportedStep(BaseModel):
    """What a worker set out to do; `outcome` and `ended_at` are null while it is under way."""

    model_config = ConfigDict(frozen=True)

    number: int
    kind: StepKind
    begun_at: str
    ended_at: str | None
    outcome: StepOutcome | None
    worker: str
    events: tuple[ReportedEvent, ...]


async def reported_steps(
    transaction: Transaction, operation: Operation, stored: Resource | None
) -> tuple[ReportedStep, ...]:
    """Return the steps of an operation with their events; `stored` is its resource now, secrets marked."""
    secret = stored is not None and marked_at(stored.sensitive, ("id",))
    events = await transaction.journal.events(operation.id)
    return tuple(
        ReportedStep(
            number=step.number,
            kind=step.kind,
            begun_at=step.begun_at.isoformat(),
            ended_at=step.ended_at.isoformat() if step.ended_at is not None else None,
            outcome=step.outcome,
            worker=step.worker,
            events=tuple(
                _event(noted, secret=secret)
                for noted in events
                if noted.step == step.number and noted.event.type != _PROGRESS
            ),
        )
        for step in await transaction.journal.steps(operation.id)
    )


def _event(noted: StepEvent, *, secret: bool) -> ReportedEvent:
    said = noted.event
    shown = REDACTED if secret or said.secret else sanitise(said.object_id or "")
    return ReportedEvent(
        at=noted.at.isoformat(),
        type=said.type,
        action=sanitise(said.action),
        untrusted_object_id=None if said.object_id is None else shown,
    )
