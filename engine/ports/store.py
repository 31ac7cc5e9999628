"""Keeping everything: one transaction at a time, one repository for each kind of record.

Every method raises StoreFailed where the database cannot be read or written. Within a transaction reads see
earlier writes; nothing is visible outside before the transaction ends without an exception.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from engine.core.audit import AuditEntry, AuditEvent, AuditHead
from engine.core.operations.operation import Operation
from engine.core.operations.recorded import RecordedDecision
from engine.core.operations.states import OperationState
from engine.core.policy.decision import Decision
from engine.core.projects import Project
from engine.core.resources import Resource
from engine.core.values import JsonObject
from engine.ports.change_sets import ChangeSetMembers
from engine.ports.journal import Journal
from engine.ports.locks import Backlog, ProjectLocks
from engine.ports.policies import Attachments, Policies, PolicyVersions, Samples, Waivers


class Projects(Protocol):
    """Projects, by unique name."""

    async def find(self, name: str) -> Project | None:
        """Return the project of that name."""
        ...

    async def list(self) -> Sequence[Project]:
        """Return all projects by name."""
        ...

    async def add(self, project: Project) -> None:
        """Keep a new project. Raises Conflict where the name is taken."""
        ...

    async def save(self, project: Project) -> None:
        """Replace a stored project. Raises NotFound, and Conflict where a new name is taken."""
        ...

    async def remove(self, project_id: str) -> None:
        """Forget a project, its attachments, waivers and resources' versions; operations and audit stay."""
        ...


class Resources(Protocol):
    """Resources; every version is kept."""

    async def find(self, project_id: str, resource_id: str) -> Resource | None:
        """Return the newest version, also one that records the end; None where there never was one."""
        ...

    async def list(self, project_id: str) -> Sequence[Resource]:
        """Return the newest version of each living resource, by resource id."""
        ...

    async def versions(self, project_id: str, resource_id: str) -> Sequence[Resource]:
        """Return every version, oldest first."""
        ...

    async def save(self, resource: Resource) -> None:
        """Keep a new version. Raises Conflict unless its number follows the newest in a living project."""
        ...


class Operations(Protocol):
    """Operations, by id."""

    async def find(self, operation_id: str) -> Operation | None:
        """Return an operation."""
        ...

    async def find_by_key(self, project_id: str, actor_key: str, idempotency_key: str) -> Operation | None:
        """Return the operation that a principal made with an idempotency key."""
        ...

    async def list(
        self,
        project_id: str | None,
        resource_id: str | None,
        limit: int,
        states: Collection[OperationState] = frozenset(OperationState),
        actor_key: str | None = None,
    ) -> Sequence[Operation]:
        """Return operations, newest first: of one project, resource or principal, or of all where None."""
        ...

    async def add(self, operation: Operation) -> None:
        """Keep a new operation. Raises Conflict where its key was used before or its resource is busy."""
        ...

    async def save(self, operation: Operation, fencing_token: int) -> None:
        """Replace a stored operation.

        Raises:
            NotFound: there is no such operation.
            Conflict: the stored fencing token is not `fencing_token` (someone else took it up), or another
                operation on the same resource is running.
        """
        ...


class Decisions(Protocol):
    """Decisions, each with the redacted input that it was made on."""

    async def add(
        self, decision_id: str, operation_id: str, decision: Decision, policy_input: JsonObject
    ) -> None:
        """Keep a decision with its input; secrets in the input are redacted already."""
        ...

    async def find(self, decision_id: str) -> Decision | None:
        """Return a decision."""
        ...

    async def input(self, decision_id: str) -> JsonObject | None:
        """Return the redacted input that a decision was made on."""
        ...

    async def page(
        self, project_ids: Collection[str], after: str | None, limit: int
    ) -> Sequence[RecordedDecision]:
        """Return at most `limit` decisions about projects, oldest first, after the one of an id."""
        ...

    async def count(self, project_ids: Collection[str]) -> int:
        """Return how many decisions `page` walks through."""
        ...


class AuditLog(Protocol):
    """The audit chain of the whole database."""

    async def append(self, event: AuditEvent) -> AuditEntry:
        """Seal an event onto the chain."""
        ...

    async def entries(self, project_id: str | None = None) -> Sequence[AuditEntry]:
        """Return the whole chain, or the entries of one project, oldest first."""
        ...

    async def head(self) -> AuditHead:
        """Return the recorded end of the chain."""
        ...


class Transaction(Protocol):
    """The repositories within one transaction."""

    @property
    def projects(self) -> Projects:
        """Projects."""
        ...

    @property
    def resources(self) -> Resources:
        """Resources."""
        ...

    @property
    def operations(self) -> Operations:
        """Operations."""
        ...

    @property
    def journal(self) -> Journal:
        """The journal of operations."""
        ...

    @property
    def change_sets(self) -> ChangeSetMembers:
        """The parts of change sets."""
        ...

    @property
    def backlog(self) -> Backlog:
        """How much there is to do."""
        ...

    @property
    def locks(self) -> ProjectLocks:
        """Locks on projects."""
        ...

    @property
    def decisions(self) -> Decisions:
        """Decisions."""
        ...

    @property
    def policies(self) -> Policies:
        """Policies as objects."""
        ...

    @property
    def policy_versions(self) -> PolicyVersions:
        """The versions of policies."""
        ...

    @property
    def attachments(self) -> Attachments:
        """Attachments."""
        ...

    @property
    def waivers(self) -> Waivers:
        """Waivers."""
        ...

    @property
    def samples(self) -> Samples:
        """Samples."""
        ...

    @property
    def audit(self) -> AuditLog:
        """The audit chain."""
        ...


class Store(Protocol):
    """A database."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction; it commits when the context ends without an exception, else rolls back."""
        ...
