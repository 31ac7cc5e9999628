"""Samples in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, or_, select

from engine.adapters.store import mapping, policy_mapping
from engine.adapters.store.statements import Statements
from engine.adapters.store.tables import SampleRow, col
from engine.core.policy.decision import Outcome
from engine.core.policy.samples import Sample

_NEWEST_FIRST = (col(SampleRow.at).desc(), col(SampleRow.id).desc())


class SqlSamples:
    """Implements `engine.ports.policies.Samples`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add(self, sample: Sample) -> None:
        """Keep a sample."""
        await self._statements.insert(policy_mapping.sample_row(sample))

    async def find(self, sample_id: str) -> Sample | None:
        """Return a sample."""
        document = await self._statements.document(
            select(col(SampleRow.document)).where(col(SampleRow.id) == sample_id)
        )
        return mapping.decode(Sample, document) if document else None

    async def list(self, policy_id: str | None, outcome: Outcome | None, limit: int) -> Sequence[Sample]:
        """Return samples, newest first, of one policy or of all, of one outcome or of all."""
        statement = select(col(SampleRow.document)).order_by(*_NEWEST_FIRST).limit(limit)
        if policy_id is not None:
            statement = statement.where(col(SampleRow.policy_id) == policy_id)
        if outcome is not None:
            statement = statement.where(col(SampleRow.outcome) == outcome.value)
        return [mapping.decode(Sample, document) for document in await self._statements.documents(statement)]

    async def prune(self, policy_id: str, before: datetime, keep: int) -> int:
        """Forget what is older than `before`, of any policy, and all but the newest `keep` of one policy."""
        of_it = col(SampleRow.policy_id) == policy_id
        newest = select(col(SampleRow.id)).where(of_it).order_by(*_NEWEST_FIRST).limit(keep)
        surplus = and_(of_it, col(SampleRow.id).not_in(newest))
        too_old = col(SampleRow.at) < mapping.moment(before)
        return await self._statements.run(delete(SampleRow).where(or_(too_old, surplus)))
