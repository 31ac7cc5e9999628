"""The parts of change sets in SQL. They are kept as operations."""

from collections.abc import Sequence

from sqlalchemy import select

from engine.adapters.store import mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import OperationRow, col
from engine.core.operations.operation import Operation


class SqlChangeSetMembers:
    """Implements `engine.ports.change_sets.ChangeSetMembers`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def list(self, change_set_id: str) -> Sequence[Operation]:
        """Return every operation that was made for a set, oldest first."""
        documents = await self._statements.documents(
            select(col(OperationRow.document))
            .where(col(OperationRow.change_set_id) == change_set_id)
            .order_by(col(OperationRow.created_at), col(OperationRow.id))
        )
        return [mapping.decode(Operation, document) for document in documents]
