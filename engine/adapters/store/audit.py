"""The audit chain in SQL. How entries are sealed and verified is the core's business."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select, update

from engine.adapters.store import mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import AuditHeadRow, AuditRow, col
from engine.core.audit import AuditEntry, AuditEvent, AuditHead, seal

_HEAD_ID: Final = 1


class SqlAuditLog:
    """Implements `engine.ports.store.AuditLog`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def append(self, event: AuditEvent) -> AuditEntry:
        """Seal an event onto the chain."""
        entry = seal(event, await self.head())
        await self._statements.insert(mapping.audit_row(entry))
        moved = update(AuditHeadRow).values(sequence=entry.sequence, digest=entry.digest)
        if not await self._statements.run(moved):
            head = AuditHeadRow(id=_HEAD_ID, sequence=entry.sequence, digest=entry.digest)
            await self._statements.insert(head)
        return entry

    async def entries(self, project_id: str | None = None) -> Sequence[AuditEntry]:
        """Return the whole chain, or the entries of one project, oldest first."""
        statement = select(AuditRow).order_by(col(AuditRow.sequence))
        if project_id is not None:
            statement = statement.where(col(AuditRow.project_id) == project_id)
        return [mapping.audit_entry(row) for row in await self._statements.rows(statement)]

    async def head(self) -> AuditHead:
        """Return the recorded end of the chain."""
        columns = select(col(AuditHeadRow.sequence), col(AuditHeadRow.digest))
        recorded = await self._statements.rows(columns)
        return AuditHead.model_validate(recorded[0]) if recorded else AuditHead()
