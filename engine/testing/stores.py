"""A store in memory, for tests: the promises of `engine.ports.store` with nothing kept after the process."""

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import deepcopy
from typing import cast

import anyio

from engine.core.audit import AuditEntry, AuditEvent, AuditHead, seal
from engine.core.operations.recorded import RecordedDecision
from engine.core.policy.decision import Decision
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.testing.change_set_repository import MemoryChangeSetMembers
from engine.testing.journals import MemoryJournal
from engine.testing.lock_repositories import MemoryBacklog, MemoryProjectLocks
from engine.testing.policy_repositories import (
    MemoryAttachments,
    MemoryPolicies,
    MemoryPolicyVersions,
    MemorySamples,
    MemoryWaivers,
)
from engine.testing.repositories import MemoryOperations, MemoryProjects, MemoryResources
from engine.testing.tables import Tables


class MemoryDecisions:
    """Implements `engine.ports.store.Decisions`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(
        self, decision_id: str, operation_id: str, decision: Decision, policy_input: JsonObject
    ) -> None:
        """Keep a decision with its input; secrets in the input are redacted already."""
        self._tables.decisions[decision_id] = (operation_id, decision, deepcopy(policy_input))

    async def find(self, decision_id: str) -> Decision | None:
        """Return a decision."""
        found = self._tables.decisions.get(decision_id)
        return found[1] if found else None

    async def input(self, decision_id: str) -> JsonObject | None:
        """Return the redacted input that a decision was made on."""
        found = self._tables.decisions.get(decision_id)
        return deepcopy(found[2]) if found else None

    async def page(
        self, project_ids: Collection[str], after: str | None, limit: int
    ) -> Sequence[RecordedDecision]:
        """Return at most `limit` decisions about projects, oldest first, after the one of an id."""
        later = [each for each in self._walk(project_ids) if each.id > (after or "")]
        return [each.model_copy(deep=True) for each in later[:limit]]

    async def count(self, project_ids: Collection[str]) -> int:
        """Return how many decisions `page` walks through."""
        return len(list(self._walk(project_ids)))

    def _walk(self, project_ids: Collection[str]) -> Iterator[RecordedDecision]:
        for decision_id, (operation_id, decision, policy_input) in sorted(self._tables.decisions.items()):
            operation = self._tables.operations.get(operation_id)
            if operation is not None and operation.project_id in project_ids:
                yield RecordedDecision(
                    id=decision_id, operation=operation, decision=decision, policy_input=policy_input
                )


class MemoryAuditLog:
    """Implements `engine.ports.store.AuditLog`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def append(self, event: AuditEvent) -> AuditEntry:
        """Seal an event onto the chain."""
        entry = seal(event.model_copy(deep=True), await self.head())
        self._tables.audit.append(entry)
        return entry.model_copy(deep=True)

    async def entries(self, project_id: str | None = None) -> Sequence[AuditEntry]:
        """Return the whole chain, or the entries of one project, oldest first."""
        found = [entry for entry in self._tables.audit if project_id in (None, entry.project_id)]
        return [entry.model_copy(deep=True) for entry in found]

    async def head(self) -> AuditHead:
        """Return the recorded end of the chain."""
        last = next(reversed(self._tables.audit), None)
        return AuditHead(sequence=last.sequence, digest=last.digest) if last else AuditHead()


class MemoryTransaction:
    """Implements `engine.ports.store.Transaction`."""

    def __init__(self, tables: Tables) -> None:
        self.projects = MemoryProjects(tables)
        self.resources = MemoryResources(tables)
        self.operations = MemoryOperations(tables)
        self.journal = MemoryJournal(tables)
        self.change_sets = MemoryChangeSetMembers(tables)
        self.backlog = MemoryBacklog(tables)
        self.locks = MemoryProjectLocks(tables)
        self.decisions = MemoryDecisions(tables)
        self.policies = MemoryPolicies(tables)
        self.policy_versions = MemoryPolicyVersions(tables)
        self.attachments = MemoryAttachments(tables)
        self.waivers = MemoryWaivers(tables)
        self.samples = MemorySamples(tables)
        self.audit = MemoryAuditLog(tables)


class MemoryStore:
    """Implements `engine.ports.store.Store`; a task that nests transactions gets a RuntimeError."""

    def __init__(self) -> None:
        self._tables = Tables()
        self._turn = anyio.Lock()

    def transaction(self) -> AbstractAsyncContextManager[Transaction, None]:
        """Open a transaction on a copy, which takes the place of the store when no exception ends it."""
        # The type of the generator cannot say that it swallows no exception.
        return cast("AbstractAsyncContextManager[Transaction, None]", self._transaction())

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        async with self._turn:
            working = self._tables.copied()
            yield MemoryTransaction(working)
            self._tables = working
