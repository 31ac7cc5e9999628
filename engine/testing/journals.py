"""The journal of operations in memory."""

from collections.abc import Sequence
from datetime import datetime

from engine.core.errors import Conflict, NotFound
from engine.core.operations.steps import EffectEvent, Step, StepEvent, StepKind, StepOutcome
from engine.testing.tables import Tables


class MemoryJournal:
    """Implements `engine.ports.journal.Journal`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def begin(
        self, operation_id: str, kind: StepKind, *, worker: str, fencing_token: int, at: datetime
    ) -> Step:
        """Keep a new step, open, under the next number of the operation, and return it."""
        self._must_hold(operation_id, fencing_token)
        step = Step(
            operation_id=operation_id,
            number=len(await self.steps(operation_id)) + 1,
            kind=kind,
            fencing_token=fencing_token,
            worker=worker,
            begun_at=at,
        )
        self._tables.steps[operation_id, step.number] = step
        return step

    async def end(self, step: Step, outcome: StepOutcome, *, fencing_token: int, at: datetime) -> Step:
        """Close an open step and return it; see the port."""
        self._must_hold(step.operation_id, fencing_token)
        ended = self._open(step).model_copy(update={"outcome": outcome, "ended_at": at})
        self._tables.steps[step.operation_id, step.number] = ended
        return ended

    async def note(self, step: Step, event: EffectEvent, *, fencing_token: int, at: datetime) -> StepEvent:
        """Keep what OpenTofu said in an open step under the step's next number, and return it."""
        self._must_hold(step.operation_id, fencing_token)
        self._open(step)
        place = (step.operation_id, step.number)
        number = 1 + sum(1 for key in self._tables.step_events if key[:2] == place)
        noted = StepEvent(operation_id=step.operation_id, step=step.number, number=number, at=at, event=event)
        self._tables.step_events[step.operation_id, step.number, number] = noted
        return noted

    async def steps(self, operation_id: str) -> Sequence[Step]:
        """Return the steps of an operation in their order."""
        return [step for key, step in sorted(self._tables.steps.items()) if key[0] == operation_id]

    async def events(self, operation_id: str) -> Sequence[StepEvent]:
        """Return the events of all steps of an operation, by step and number."""
        return [noted for key, noted in sorted(self._tables.step_events.items()) if key[0] == operation_id]

    def _open(self, step: Step) -> Step:
        stored = self._tables.steps.get((step.operation_id, step.number))
        if stored is None or stored.outcome is not None:
            raise Conflict(f"step {step.number} of operation {step.operation_id} is not open")
        return stored

    def _must_hold(self, operation_id: str, fencing_token: int) -> None:
        stored = self._tables.operations.get(operation_id)
        if stored is None:
            raise NotFound(f"there is no operation {operation_id}", field="operation_id")
        if stored.fencing_token != fencing_token:
            raise Conflict(
                f"operation {operation_id} was taken up by another worker",
                field="operation_id",
                facts={"expected": fencing_token, "fencing_token": stored.fencing_token},
            )
