"""Decisions in SQL."""

from sqlalchemy import select

from engine.adapters.store import mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import DecisionRow, col
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
