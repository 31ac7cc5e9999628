"""What the tests of locks of providers share: the lock as it is stored, and short ways to it."""

from engine.core.addrs import ProviderPin
from engine.core.auth.principals import Principal
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.projects import Project, ProviderLock
from engine.service.providers.lock_move import move_lock
from engine.service.read import read
from engine.testing.schemas import FAKE, FAKE_VERSIONS
from tests.service.world import ADA, ADAS, World

OLD_PIN = ProviderPin(address=FAKE, version=FAKE_VERSIONS[1])
DENIED = (OperationState.FAILED.value, "conflict", "provider_version")
CHANGED = (OperationState.FAILED.value, "integrity_failed", None)


def locked(world: World, pin: ProviderPin, constraints: str = "") -> ProviderLock:
    """Return the lock at the package that is at hand."""
    package = world.engine.mirror.resolve(pin.address, pin.version)
    return ProviderLock(version=str(pin.version), constraints=constraints, hashes=package.hashes)


async def project_of(world: World) -> Project:
    """Return the project as it is stored."""
    async with world.services.store.transaction() as transaction:
        project = await transaction.projects.find("demo")
    assert project is not None
    return project


async def keep(world: World, lock: ProviderLock | None) -> None:
    """Give the project a lock, or take it away as with a project of an older engine."""
    project = await project_of(world)
    locks = {} if lock is None else {"testing/fake": lock}
    async with world.services.store.transaction() as transaction:
        await transaction.projects.save(project.model_copy(update={"provider_locks": locks}))


async def audited_locks(world: World) -> list[tuple[str, str, object]]:
    """Return who locked which version of what."""
    async with world.services.store.transaction() as transaction:
        entries = await transaction.audit.entries()
    return [
        (e.actor, str(e.facts["before"]), e.facts["version"]) for e in entries if e.event == "provider.locked"
    ]


async def move(world: World, version: str, by: Principal = ADA) -> ProviderLock:
    """Move the project's lock."""
    return await move_lock(world.services, by, "demo", "testing/fake", version=version)


def refused(operation: Operation) -> str:
    """Return the way out of a refusal."""
    assert operation.error is not None
    return operation.error.hint or ""


async def ask(world: World) -> Operation:
    """Read a data source about the bucket `logs`."""
    asked = await read(
        world.services,
        ADAS,
        "demo",
        provider="testing/fake",
        data_source_type="fake_bucket",
        config={"name": "logs"},
    )
    return await world.run(asked)
