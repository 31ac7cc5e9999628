"""What the tests of the use cases share: an engine of fakes with a project, and short ways to act in it."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, cast

from engine.core.auth.principals import Principal, assistant, person
from engine.core.errors import Conflict, StoreFailed
from engine.core.operations.operation import Operation
from engine.core.policy.policies import RegoVersion
from engine.core.resources import Resource
from engine.core.values import JsonObject
from engine.ports.store import Store, Transaction
from engine.service.create import create
from engine.service.delete import delete
from engine.service.import_ import import_
from engine.service.policies.add import add_policy
from engine.service.policies.attach import attach_policy
from engine.service.projects.create import create_project
from engine.service.refresh import refresh
from engine.service.report import OperationReport, report
from engine.service.run import run
from engine.service.services import Services
from engine.service.update import update
from engine.testing.engines import FakeEngine, make_services
from engine.testing.stores import MemoryStore

ADA: Final = person("ada")
BOB: Final = person("bob")
ADAS: Final = assistant("ada", "claude")
BUCKET: Final[JsonObject] = {"name": "logs", "tags": {"env": "dev"}}


class BreakableStore:
    """A store in memory that fails on demand.

    Attributes:
        broken: True while no transaction can begin.
        good_commits: how many transactions end well before `failing_commits` counts.
        failing_commits: how many of the next transactions fail at their end.
        failures: how many have failed.
    """

    def __init__(self) -> None:
        self.broken = False
        self.good_commits = 0
        self.failing_commits = 0
        self.failures = 0
        self._inner = MemoryStore()

    def transaction(self) -> AbstractAsyncContextManager[Transaction, None]:
        """Open a transaction."""
        return cast("AbstractAsyncContextManager[Transaction, None]", self._transaction())

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        if self.broken:
            raise self._failed()
        async with self._inner.transaction() as transaction:
            yield transaction
            if self.good_commits:
                self.good_commits -= 1
            elif self.failing_commits:
                self.failing_commits -= 1
                raise self._failed()

    def _failed(self) -> StoreFailed:
        self.failures += 1
        return StoreFailed("the disk is full")


@dataclass
class World:
    """An engine, and what was said while it worked."""

    engine: FakeEngine
    said: list[str] = field(default_factory=list)

    @property
    def services(self) -> Services:
        """Return the services of the use cases."""
        return self.engine.services

    async def run(self, operation: Operation, *, by: Principal | None = None) -> Operation:
        """Carry an operation out as far as it goes."""

        async def hear(text: str) -> None:
            self.said.append(text)

        return await run(self.services, operation.id, hear, by.key if by else None)

    async def do(self, asked: Awaitable[Operation]) -> Operation:
        """Ask for an operation and carry it out."""
        return await self.run(await asked)

    async def create(
        self, resource_id: str = "logs", config: Any = None, *, by: Principal = ADAS, **more: Any
    ) -> Operation:
        """Create a bucket, unless told otherwise."""
        arguments = {"provider": "testing/fake", "resource_type": "fake_bucket", **more}
        wanted = BUCKET if config is None else config
        return await self.do(
            create(self.services, by, "demo", resource_id=resource_id, config=wanted, **arguments)
        )

    async def queued(self) -> Operation:
        """Ask for a bucket; nothing is begun."""
        return await create(
            self.services,
            ADAS,
            "demo",
            resource_id="logs",
            provider="testing/fake",
            resource_type="fake_bucket",
            config=BUCKET,
        )

    async def update(
        self, config: Any, resource_id: str = "logs", *, by: Principal = ADAS, **more: Any
    ) -> Operation:
        """Update a resource."""
        return await self.do(
            update(self.services, by, "demo", resource_id=resource_id, config=config, **more)
        )

    async def delete(self, resource_id: str = "logs", *, by: Principal = ADAS, **more: Any) -> Operation:
        """Delete a resource."""
        return await self.do(delete(self.services, by, "demo", resource_id=resource_id, **more))

    async def import_(self, import_id: str, resource_id: str = "logs", **more: Any) -> Operation:
        """Import a bucket, unless told otherwise."""
        arguments = {"provider": "testing/fake", "resource_type": "fake_bucket", **more}
        return await self.do(
            import_(self.services, ADAS, "demo", resource_id=resource_id, import_id=import_id, **arguments)
        )

    async def refresh(self, resource_id: str = "logs", **more: Any) -> Operation:
        """Refresh a resource."""
        return await self.do(refresh(self.services, ADAS, "demo", resource_id=resource_id, **more))

    async def govern(self, source: str, name: str = "rule") -> None:
        """Attach a policy to the project, or a new version of the one that is attached."""
        await add_policy(self.services, ADA, name, source, RegoVersion.V1)
        with suppress(Conflict):
            await attach_policy(self.services, ADA, name, "demo")

    async def report(self, operation: Operation) -> OperationReport:
        """Return what is published of an operation."""
        return await report(self.services, ADA, operation.id)

    async def stored(self, operation: Operation) -> Operation:
        """Return an operation as it is stored now."""
        async with self.services.store.transaction() as transaction:
            found = await transaction.operations.find(operation.id)
        assert found is not None
        return found

    async def resource(self, resource_id: str = "logs") -> Resource | None:
        """Return the newest version of a resource, also an ended one."""
        async with self.services.store.transaction() as transaction:
            project = await transaction.projects.find("demo")
            assert project is not None
            return await transaction.resources.find(project.id, resource_id)

    async def living(self) -> list[str]:
        """Return the ids of the living resources."""
        async with self.services.store.transaction() as transaction:
            project = await transaction.projects.find("demo")
            assert project is not None
            return [r.resource_id for r in await transaction.resources.list(project.id)]

    async def audited(self, operation: Operation) -> list[tuple[str, str]]:
        """Return the events of an operation with who caused them."""
        async with self.services.store.transaction() as transaction:
            entries = await transaction.audit.entries()
        return [(e.event, e.actor) for e in entries if e.subject == operation.id]


async def new_world(store: Store | None = None, **more: Any) -> World:
    """Return an engine with the empty project `demo`, without policies."""
    world = World(make_services(store=store, **more))
    await create_project(world.services, ADA, "demo", ("env:dev",))
    return world


def outcome(operation: Operation) -> tuple[str, str, str | None]:
    """Return the state of an operation, and the code and the field of its error."""
    error = operation.error
    return operation.state.value, error.code if error else "", error.field if error else None
