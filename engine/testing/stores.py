"""A store in memory, for tests: the promises of `engine.ports.store` with nothing kept after the process."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import cast

import anyio

from engine.core.audit import AuditEntry, AuditEvent, AuditHead, seal
from engine.core.errors import Conflict, NotFound
from engine.core.policy.decision import Decision
from engine.core.policy.policies import PolicyVersion
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.testing.repositories import MemoryOperations, MemoryProjects, MemoryResources, Tables


class MemoryDecisions:
    """Implements `engine.ports.store.Decisions`; the inputs are not kept, because nothing reads them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(
        self, decision_id: str, operation_id: str, decision: Decision, policy_input: JsonObject
    ) -> None:
        """Keep a decision."""
        del operation_id, policy_input
        self._tables.decisions[decision_id] = decision

    async def find(self, decision_id: str) -> Decision | None:
        """Return a decision."""
        return self._tables.decisions.get(decision_id)


class MemoryPolicies:
    """Implements `engine.ports.store.Policies`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def find(self, name: str, version: int | None = None) -> PolicyVersion | None:
        """Return one version of a policy, the newest where none is named."""
        versions = reversed(self._tables.policies.get(name, ()))
        return next((p for p in versions if version in (None, p.version)), None)

    async def list(self) -> Sequence[PolicyVersion]:
        """Return the newest version of each policy by name."""
        return [versions[-1] for _, versions in sorted(self._tables.policies.items())]

    async def add(self, policy: PolicyVersion) -> None:
        """Keep a version. Raises Conflict unless its number follows the newest of that name and id."""
        versions = self._tables.policies.get(policy.name, ())
        if policy.version != len(versions) + 1:
            raise Conflict(
                f"policy {policy.name} was changed meanwhile: its next version is {len(versions) + 1}",
                field="name",
                facts={"expected": len(versions) + 1},
            )
        if any((p.name == policy.name) != (p.id == policy.id) for p in await self.list()):
            raise Conflict(
                f"policy {policy.name} and the id {policy.id} do not belong together", field="name"
            )
        self._tables.policies[policy.name] = (*versions, policy)


class MemoryAttachments:
    """Implements `engine.ports.store.Attachments`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def attach(self, project_id: str, policy_id: str) -> None:
        """Bind a project to a policy, now and later; again is nothing new. Raises NotFound."""
        if project_id not in self._tables.projects:
            raise NotFound("there is no such project", field="project")
        if not any(versions[-1].id == policy_id for versions in self._tables.policies.values()):
            raise NotFound("there is no such policy", field="policy")
        self._tables.attachments.add((project_id, policy_id))

    async def detach(self, project_id: str, policy_id: str) -> bool:
        """Free a project of a policy; False where it was not bound."""
        bound = (project_id, policy_id) in self._tables.attachments
        self._tables.attachments.discard((project_id, policy_id))
        return bound

    async def bound(self, project_id: str) -> Sequence[PolicyVersion]:
        """Return the newest versions of the policies that bind a project, by name."""
        newest = await MemoryPolicies(self._tables).list()
        return [policy for policy in newest if (project_id, policy.id) in self._tables.attachments]


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
        self.decisions = MemoryDecisions(tables)
        self.policies = MemoryPolicies(tables)
        self.attachments = MemoryAttachments(tables)
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
