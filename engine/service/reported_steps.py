"""What is published of an operation's journal: its steps, and what is known where it broke off."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.core.diagnostics import sanitise
from engine.core.operations.interruption import Finding, Source
from engine.core.operations.operation import Operation, OperationKind
from engine.core.operations.states import OperationState
from engine.core.operations.steps import StepEvent, StepKind, StepOutcome
from engine.core.resources import Resource
from engine.core.values import REDACTED, marked_at
from engine.ports.store import Transaction

Choice = Literal["adopt", "retry", "forget"]
_CHOICES: Final[tuple[Choice, ...]] = ("adopt", "retry", "forget")
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


class ReportedLook(BaseModel):
    """One place that was asked; `untrusted_object_id` is the object that it named."""

    model_config = ConfigDict(frozen=True)

    source: Source
    finding: Finding
    untrusted_object_id: str | None


class ReportedInterruption(BaseModel):
    """What is known of a lost effect.

    Attributes:
        found_by: the place that told the outcome; null while it is unknown.
        looks: the places that were asked, in their order.
        untrusted_object_ids: the objects that OpenTofu's events say were made.
        attempts, looked_at: how often it was looked for, and when last.
        problem: the code of what kept the last attempt from an answer.
        retry_by: who has looked and says that nothing was done.
        choices: what a person may settle it with; empty once it is settled.
    """

    model_config = ConfigDict(frozen=True)

    found_by: Source | None
    looks: tuple[ReportedLook, ...]
    untrusted_object_ids: tuple[str, ...]
    attempts: int
    looked_at: str | None
    problem: str | None
    retry_by: str
    choices: tuple[Choice, ...]


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


def reported_interruption(operation: Operation, stored: Resource | None) -> ReportedInterruption | None:
    """Return what is known of an operation's lost effect; `stored` tells whether an id is secret."""
    known = operation.interruption
    if known is None:
        return None
    secret = stored is not None and marked_at(stored.sensitive, ("id",))
    is_set = operation.kind is OperationKind.CHANGE_SET

    def shown(object_id: str) -> str:
        return REDACTED if secret else sanitise(object_id)

    return ReportedInterruption(
        found_by=known.found_by,
        looks=tuple(
            ReportedLook(
                source=look.source,
                finding=look.finding,
                untrusted_object_id=None if look.object_id is None else shown(look.object_id),
            )
            for look in known.looks
        ),
        untrusted_object_ids=tuple(shown(object_id) for object_id in known.event_ids),
        attempts=known.attempts,
        looked_at=None if known.looked_at is None else known.looked_at.isoformat(),
        problem=known.problem,
        retry_by=known.retry_by,
        choices=_CHOICES if operation.state is OperationState.INTERRUPTED and not is_set else (),
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
