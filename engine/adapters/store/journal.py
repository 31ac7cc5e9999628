"""The journal of operations in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from engine.adapters.store import mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import OperationRow, StepEventRow, StepRow, col
from engine.core.errors import Conflict, NotFound
from engine.core.operations.steps import EffectEvent, Step, StepEvent, StepKind, StepOutcome


class SqlJournal:
    """Implements `engine.ports.journal.Journal`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def begin(
        self, operation_id: str, kind: StepKind, *, worker: str, fencing_token: int, at: datetime
    ) -> Step:
        """Keep a new step, open, under the next number of the operation, and return it."""
        await self._must_hold(operation_id, fencing_token)
        (found,) = await self._statements.rows(
            select(func.max(col(StepRow.number)).label("last")).where(
                col(StepRow.operation_id) == operation_id
            )
        )
        step = Step(
            operation_id=operation_id,
            number=(found["last"] or 0) + 1,
            kind=kind,
            fencing_token=fencing_token,
            worker=worker,
            begun_at=at,
        )
        await self._statements.insert(
            StepRow(operation_id=operation_id, number=step.number, document=mapping.encode(step))
        )
        return step

    async def end(self, step: Step, outcome: StepOutcome, *, fencing_token: int, at: datetime) -> Step:
        """Close an open step and return it; see the port."""
        await self._must_hold(step.operation_id, fencing_token)
        stored = await self._open(step)
        ended = stored.model_copy(update={"outcome": outcome, "ended_at": at})
        await self._statements.run(
            update(StepRow)
            .where(col(StepRow.operation_id) == step.operation_id, col(StepRow.number) == step.number)
            .values(document=mapping.encode(ended))
        )
        return ended

    async def note(self, step: Step, event: EffectEvent, *, fencing_token: int, at: datetime) -> StepEvent:
        """Keep what OpenTofu said in an open step under the step's next number, and return it."""
        await self._must_hold(step.operation_id, fencing_token)
        await self._open(step)
        (found,) = await self._statements.rows(
            select(func.max(col(StepEventRow.number)).label("last")).where(
                col(StepEventRow.operation_id) == step.operation_id, col(StepEventRow.step) == step.number
            )
        )
        noted = StepEvent(
            operation_id=step.operation_id,
            step=step.number,
            number=(found["last"] or 0) + 1,
            at=at,
            event=event,
        )
        await self._statements.insert(
            StepEventRow(
                operation_id=noted.operation_id,
                step=noted.step,
                number=noted.number,
                document=mapping.encode(noted),
            )
        )
        return noted

    async def steps(self, operation_id: str) -> Sequence[Step]:
        """Return the steps of an operation in their order."""
        documents = await self._statements.documents(
            select(col(StepRow.document))
            .where(col(StepRow.operation_id) == operation_id)
            .order_by(col(StepRow.number))
        )
        return [mapping.decode(Step, document) for document in documents]

    async def events(self, operation_id: str) -> Sequence[StepEvent]:
        """Return the events of all steps of an operation, by step and number."""
        documents = await self._statements.documents(
            select(col(StepEventRow.document))
            .where(col(StepEventRow.operation_id) == operation_id)
            .order_by(col(StepEventRow.step), col(StepEventRow.number))
        )
        return [mapping.decode(StepEvent, document) for document in documents]

    async def _open(self, step: Step) -> Step:
        document = await self._statements.document(
            select(col(StepRow.document)).where(
                col(StepRow.operation_id) == step.operation_id, col(StepRow.number) == step.number
            )
        )
        stored = mapping.decode(Step, document) if document else None
        if stored is None or stored.outcome is not None:
            raise Conflict(f"step {step.number} of operation {step.operation_id} is not open")
        return stored

    async def _must_hold(self, operation_id: str, fencing_token: int) -> None:
        found = await self._statements.rows(
            select(col(OperationRow.fencing_token)).where(col(OperationRow.id) == operation_id)
        )
        if not found:
            raise NotFound(f"there is no operation {operation_id}", field="operation_id")
        if found[0]["fencing_token"] != fencing_token:
            raise Conflict(
                f"operation {operation_id} was taken up by another worker",
                field="operation_id",
                hint=f"see `intent operation show {operation_id}`",
                facts={"expected": fencing_token, "fencing_token": found[0]["fencing_token"]},
            )
