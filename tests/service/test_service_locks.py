"""Locked projects: whose writes go on, what is free, what keeps a lock alive, and what its end leaves."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import anyio
import pytest

from engine.core.auth.principals import Principal, PrincipalKind, Scope, assistant
from engine.core.errors import Conflict
from engine.core.limits import LOCK_SECONDS
from engine.core.locks import ProjectLock
from engine.core.operations.operation import Accept
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service import lease
from engine.service.approve import approve
from engine.service.cancel import cancel
from engine.service.delete import delete
from engine.service.eject import eject
from engine.service.export import ExportFormat, export
from engine.service.history import history
from engine.service.import_ import import_
from engine.service.projects.delete import delete_project
from engine.service.projects.lock import lock_project
from engine.service.projects.show import show_project
from engine.service.projects.unlock import unlock_project
from engine.service.projects.update import update_project
from engine.service.read import read
from engine.service.refresh import refresh
from engine.service.reject import reject
from engine.service.report import report
from engine.service.resume import resume
from engine.service.services import Services
from engine.service.show_resource import show_resource
from engine.service.update import update
from engine.testing.engines import REVIEW
from tests.service.world import ADA, ADAS, BOB, BUCKET, World, outcome

pytestmark = pytest.mark.anyio

BOT = assistant("bob", "bot")
SYSTEM = Principal(subject="engine", kind=PrincipalKind.SYSTEM, client="scheduler", scopes=frozenset(Scope))
KNOWN = {"provider": "testing/fake", "resource_type": "fake_bucket"}


async def lock_of(world: World) -> ProjectLock | None:
    async with world.services.store.transaction() as transaction:
        project = await transaction.projects.find("demo")
        assert project is not None
        return await transaction.locks.find(project.id)


async def expiry(world: World) -> timedelta:
    """Return how long the lock holds from now on."""
    lock = await lock_of(world)
    assert lock is not None
    return lock.expires_at - world.services.clock.now()


Ask = Callable[[Services, Principal], Awaitable[object]]
WRITES: dict[str, Ask] = {
    "update": lambda s, p: update(s, p, "demo", resource_id="logs", config=BUCKET),
    "delete": lambda s, p: delete(s, p, "demo", resource_id="logs"),
    "import": lambda s, p: import_(s, p, "demo", resource_id="more", import_id="more", **KNOWN),
    "eject": lambda s, p: eject(s, p, "demo", resource_id="logs"),
    "refresh": lambda s, p: refresh(s, p, "demo", resource_id="logs", accept=Accept.SAVE),
    "project update": lambda s, p: update_project(s, p, "demo", sample_policies=True),
    "project delete": lambda s, p: delete_project(s, p, "demo"),
}
LOOKS: dict[str, Ask] = {
    "status": lambda s, p: show_project(s, p, "demo"),
    "history": lambda s, p: history(s, p, "demo", limit=5),
    "read": lambda s, p: show_resource(s, p, "demo", "logs"),
    "export": lambda s, p: export(s, p, "demo", None, ExportFormat.HCL),
    "report": lambda s, p: refresh(s, p, "demo", resource_id="logs"),
    "dry run": lambda s, p: update(s, p, "demo", resource_id="logs", config=BUCKET, dry_run=True),
    "data source": lambda s, p: read(
        s, p, "demo", provider="testing/fake", data_source_type="fake_bucket", config=BUCKET
    ),
}


@pytest.mark.requirement("4.2.lock")
@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("other", [ADA, BOT, SYSTEM], ids=["person", "assistant", "scheduler"])
async def test_nobody_else_writes_to_a_locked_project_and_nothing_is_recorded(
    world: World, write: str, other: Principal
) -> None:
    await world.create()
    await lock_project(world.services, ADAS, "demo", "moving")
    before = await history(world.services, ADA, "demo", limit=9)
    with pytest.raises(Conflict) as refused:
        await WRITES[write](world.services, other)
    assert (refused.value.field, refused.value.facts["project"]) == ("project", "demo")
    assert "is locked by ada (assistant, claude)" in refused.value.message
    assert await history(world.services, ADA, "demo", limit=9) == before
    world.engine.clock.advance(LOCK_SECONDS)
    # By itself the engine writes only what destroys a project, which nobody has asked for here.
    if write != "project delete" and other is not SYSTEM:
        await WRITES[write](world.services, other)


@pytest.mark.requirement("4.2.lock")
@pytest.mark.parametrize("look", LOOKS)
async def test_looking_is_free_for_all_and_keeps_the_lock_of_its_holder_alone(
    world: World, look: str
) -> None:
    await world.create()
    await lock_project(world.services, ADAS, "demo")
    world.engine.clock.advance(100)
    await LOOKS[look](world.services, BOT)
    assert await expiry(world) == timedelta(seconds=LOCK_SECONDS - 100)
    await LOOKS[look](world.services, ADAS)
    assert await expiry(world) == timedelta(seconds=LOCK_SECONDS)


async def test_asking_how_an_operation_stands_is_a_call_too(world: World) -> None:
    done = await world.create()
    await lock_project(world.services, ADAS, "demo")
    world.engine.clock.advance(100)
    await report(world.services, ADAS, done.id)
    assert await expiry(world) == timedelta(seconds=LOCK_SECONDS)


@pytest.mark.requirement("4.2.lock")
async def test_the_holder_goes_on_writing_and_each_of_its_calls_counts(world: World) -> None:
    await lock_project(world.services, ADAS, "demo")
    world.engine.clock.advance(200)
    done = await world.create()
    assert done.state is OperationState.FINISHED
    world.engine.clock.advance(200)
    assert (await world.update({"tags": {}})).state is OperationState.FINISHED
    assert await expiry(world) == timedelta(seconds=LOCK_SECONDS)
    world.engine.clock.advance(LOCK_SECONDS)
    assert (await show_project(world.services, ADAS, "demo")).lock is None
    assert (await world.update({"tags": {"a": "b"}}, by=BOT)).state is OperationState.FINISHED


@pytest.mark.requirement("4.2.lock")
async def test_a_change_of_the_project_by_the_holder_keeps_its_lock(world: World) -> None:
    await lock_project(world.services, ADA, "demo")
    world.engine.clock.advance(100)
    await update_project(world.services, ADA, "demo", sample_policies=True)
    assert await expiry(world) == timedelta(seconds=LOCK_SECONDS)


@pytest.mark.requirement("4.2.lock")
async def test_an_operation_at_work_keeps_the_lock_of_who_asked_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LEASE_RENEW_SECONDS", 0.0)
    await lock_project(world.services, ADAS, "demo")

    async def work(_job: Job) -> None:
        world.engine.clock.advance(LOCK_SECONDS - 1)
        with anyio.fail_after(10):
            while await expiry(world) != timedelta(seconds=LOCK_SECONDS):
                await anyio.lowlevel.checkpoint()

    world.engine.runner.hooks["plan"] = work
    assert (await world.create()).state is OperationState.FINISHED


@pytest.mark.requirement("4.2.lock")
async def test_what_was_queued_before_the_lock_does_not_begin_after_it(world: World) -> None:
    queued = await world.queued()
    await lock_project(world.services, BOT, "demo")
    stopped = await world.run(queued)
    assert outcome(stopped) == ("FAILED", "conflict", "project")
    assert world.engine.cloud.writes == []


@pytest.mark.requirement("4.2.lock")
async def test_what_was_approved_waits_while_the_project_is_locked_and_goes_on_afterwards(
    world: World,
) -> None:
    await world.govern(REVIEW)
    waiting = await world.create()
    await lock_project(world.services, BOT, "demo")
    ready = await approve(world.services, ADA, waiting.id)
    for step in (resume(world.services, ADAS, ready.id), world.run(ready)):
        with pytest.raises(Conflict, match="is locked by bob"):
            await step
    assert (await world.stored(ready)).state is OperationState.READY_FOR_EXECUTION
    await unlock_project(world.services, BOT, "demo")
    assert (await world.run(await resume(world.services, ADAS, ready.id))).state is OperationState.FINISHED


async def test_rejecting_cancelling_and_governing_are_free(world: World) -> None:
    await world.govern(REVIEW)
    first, second = await world.create(), await world.create("more", {"name": "more"})
    await lock_project(world.services, BOT, "demo")
    assert (await reject(world.services, ADA, first.id)).state is OperationState.REJECTED
    assert (await cancel(world.services, ADAS, second.id)).state is OperationState.CANCELLED
    await world.govern(REVIEW, "another")


async def test_the_holder_of_a_lock_resumes_what_another_asked_for(world: World) -> None:
    await world.govern(REVIEW)
    waiting = await world.create()
    ready = await approve(world.services, BOB, waiting.id)
    await lock_project(world.services, ADA, "demo")
    asked = await resume(world.services, ADA, ready.id)
    with pytest.raises(Conflict):
        await world.run(asked)
    assert (await world.run(asked, by=ADA)).state is OperationState.FINISHED
