"""Decisions in SQL."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from engine.adapters.store import mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import DecisionRow, OperationRow, col
from engine.core.operations.operation import Operation
from engine.core.operations.recorded import RecordedDecision
from engine.core.policy.decision import Decision
from engine.core.values import JsonObject


class SqlDecisions:
    """Implements `engine.ports.store.Decisions`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add(
        self, decision_id: str, operation_id: str, decision: Decision, policy_input: JsonObject
    ) -> None:
        """Keep a decision with its input; secrets in the input are redacted already."""
        row = mapping.decision_row(decision_id, operation_id, decision, policy_input)
        await self._statements.insert(row)

    async def find(self, decision_id: str) -> Decision | None:
        """Return a decision."""
        document = await self._statements.document(
            select(col(DecisionRow.document)).where(col(DecisionRow.id) == decision_id)
        )
        return mapping.decode(Decision, document) if document else None

    async def input(self, decision_id: str) -> JsonObject | None:
        """Return the redacted input that a decision was made on."""
        text = await self._statements.document(
            select(col(DecisionRow.policy_input)).where(col(DecisionRow.id) == decision_id)
        )
        return mapping.decode_object(text) if text else None

    async def page(
        self, project_ids: Collection[str], after: str | None, limit: int
    ) -> Sequence[RecordedDecision]:
        """Return at most `limit` decisions about projects, oldest first, after the one of an id."""
        rows = await self._statements.rows(
            select(
                col(DecisionRow.id),
                col(DecisionRow.document),
                col(DecisionRow.policy_input),
                col(OperationRow.document).label("operation"),
            )
            .join(OperationRow, col(OperationRow.id) == col(DecisionRow.operation_id))
            .where(col(OperationRow.project_id).in_(project_ids), col(DecisionRow.id) > (after or ""))
            .order_by(col(DecisionRow.id))
            .limit(limit)
        )
        return [
            RecordedDecision(
                id=row["id"],
                operation=mapping.decode(Operation, row["operation"]),
                decision=mapping.decode(Decision, row["document"]),
                policy_input=mapping.decode_object(row["policy_input"]),
            )
            for row in rows
        ]

    async def count(self, project_ids: Collection[str]) -> int:
        """Return how many decisions `page` walks through."""
        (found,) = await self._statements.rows(
            select(func.count().label("found"))
            .select_from(DecisionRow)
            .join(OperationRow, col(OperationRow.id) == col(DecisionRow.operation_id))
            .where(col(OperationRow.project_id).in_(project_ids))
        )
        return int(found["found"])
