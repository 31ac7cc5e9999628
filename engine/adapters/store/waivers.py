"""Waivers in SQL."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from engine.adapters.store import mapping, policy_mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import PolicyRow, ProjectRow, WaiverRow, col
from engine.core.errors import NotFound
from engine.core.policy.waivers import Waiver


class SqlWaivers:
    """Implements `engine.ports.policies.Waivers`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add(self, waiver: Waiver) -> None:
        """Keep a waiver. Raises NotFound where its project or its policy is not stored."""
        for field, column, wanted in (
            ("project", col(ProjectRow.id), waiver.project_id),
            ("policy", col(PolicyRow.id), waiver.policy_id),
        ):
            if not await self._statements.rows(select(column).where(column == wanted)):
                raise NotFound(f"there is no such {field}", field=field)
        await self._statements.insert(policy_mapping.waiver_row(waiver))

    async def find(self, waiver_id: str) -> Waiver | None:
        """Return a waiver."""
        document = await self._statements.document(
            select(col(WaiverRow.document)).where(col(WaiverRow.id) == waiver_id)
        )
        return mapping.decode(Waiver, document) if document else None

    async def list(self, project_id: str | None = None) -> Sequence[Waiver]:
        """Return the waivers of a project, of all projects where none is named, oldest first."""
        statement = select(col(WaiverRow.document)).order_by(col(WaiverRow.id))
        if project_id is not None:
            statement = statement.where(col(WaiverRow.project_id) == project_id)
        return [mapping.decode(Waiver, document) for document in await self._statements.documents(statement)]

    async def remove(self, waiver_id: str) -> bool:
        """Forget a waiver; False where there is none."""
        return await self._statements.run(delete(WaiverRow).where(col(WaiverRow.id) == waiver_id)) > 0
