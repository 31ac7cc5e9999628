"""Workers that are lost, cancelled or replaced, and the leases that tell: what is recorded and saved."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import anyio
import pytest

from engine.core.errors import Conflict
from engine.core.limits import LEASE_SECONDS
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service import lease
from engine.service.import_ import import_
from engine.service.resume import resume
from engine.testing.runners import Moment
from tests.service.sleepers import asleep
from tests.service.world import ADAS, BUCKET, BreakableStore, World, new_world, outcome

pytestmark = pytest.mark.anyio

S = OperationState


async def die(_job: Job) -> None:
    raise SystemError("the machine lost power")


async def lost_at(world: World, moment: Moment, operation: Operation | None = None) -> Operation:
    """Return an operation, a creation unless told otherwise, whose worker died without a word at a moment."""
    operation = operation or await world.queued()
    world.engine.runner.hooks[moment] = die
    with pytest.raises(ExceptionGroup):
        await world.run(operation)
    world.engine.runner.hooks.clear()
    return await world.stored(operation)


async def test_a_worker_that_lives_is_not_disturbed(world: World) -> None:
    lost = await lost_at(world, "plan")
    assert (lost.state, lost.lease, lost.fencing_token) == (S.PLANNING, "here:1:1", 1)
    with pytest.raises(Conflict) as refused:
        await resume(world.services, ADAS, lost.id)
    assert refused.value.hint == "wait for it"
    world.engine.clock.advance(LEASE_SECONDS - 1)
    with pytest.raises(Conflict):
        await resume(world.services, ADAS, lost.id)


async def test_a_worker_lost_before_the_effect_leaves_a_failure_that_says_so(world: World) -> None:
    lost = await lost_at(world, "planned")
    world.engine.runner.workspaces[lost.id] = None
    world.engine.clock.advance(LEASE_SECONDS)
    with pytest.raises(Conflict):
        await resume(world.services, ADAS, lost.id)
    settled = await world.stored(lost)
    assert (outcome(settled), world.engine.runner.workspaces) == (("FAILED", "interrupted", None), {})
    assert (settled.lease, world.engine.cloud.writes) == ("", [])
    assert (await world.create()).state is S.FINISHED


async def test_an_import_whose_worker_was_lost_was_not_done_and_can_be_made_again(world: World) -> None:
    world.engine.cloud.create("fake_bucket", BUCKET)
    arguments = {"provider": "testing/fake", "resource_type": "fake_bucket", "import_id": "logs"}
    asked = await import_(world.services, ADAS, "demo", resource_id="logs", **arguments)
    lost = await lost_at(world, "apply", asked)
    world.engine.clock.advance(LEASE_SECONDS)
    settled = await world.run(await resume(world.services, ADAS, lost.id))
    assert outcome(settled) == ("FAILED", "interrupted", None)
    assert (await world.living(), list(world.engine.runner.workspaces)) == ([], [])
    assert (await world.import_("logs")).state is S.FINISHED


@pytest.mark.requirement("2.8.provider-crash")
async def test_a_worker_lost_in_the_effect_leaves_an_operation_that_is_reconciled(world: World) -> None:
    lost = await lost_at(world, "applied")
    assert (lost.state, list(world.engine.runner.workspaces)) == (S.APPLYING, [lost.id])
    world.engine.clock.advance(LEASE_SECONDS)
    found = await resume(world.services, ADAS, lost.id)
    assert outcome(found) == ("INTERRUPTED", "outcome_unknown", None)
    done = await world.run(found)
    assert (done.state, done.error, await world.living()) == (S.FINISHED, None, ["logs"])
    assert world.engine.cloud.writes == [("create", "fake_bucket", "logs")]
    assert [event for event, _ in await world.audited(done)] == [
        "operation.proposed",
        "operation.plan",
        "operation.planned",
        "operation.allow",
        "operation.lose",
        "operation.recover",
    ]


@pytest.mark.parametrize("moment", ["plan", "apply"])
async def test_a_worker_that_was_replaced_writes_nothing_when_it_wakes_up(
    world: World, moment: Moment
) -> None:
    taken: list[Operation] = []

    async def take(operation: Operation) -> None:
        if moment == "plan":
            with pytest.raises(Conflict):
                await resume(world.services, ADAS, operation.id)
        else:
            await resume(world.services, ADAS, operation.id)
        taken.append(await world.stored(operation))

    refused = await asleep(world, moment, take)
    (before,) = taken
    assert len(refused) == 1
    assert await world.stored(before) == before
    assert await world.living() == []
    # What it did nevertheless is not lost.
    if moment == "apply":
        assert (await world.run(before)).state is S.FINISHED
        assert await world.living() == ["logs"]


async def cancelled_at(world: World, moment: Moment) -> Operation:
    """Return an operation whose caller went away at a moment."""
    operation = await world.queued()

    async def go_away(_job: Job) -> None:
        scope.cancel()
        await anyio.lowlevel.checkpoint()

    world.engine.runner.hooks[moment] = go_away
    with anyio.CancelScope() as scope:
        await world.run(operation)
    return await world.stored(operation)


async def test_a_caller_that_goes_away_while_planning_leaves_a_recorded_failure(world: World) -> None:
    stored = await cancelled_at(world, "plan")
    assert outcome(stored) == ("FAILED", "cancelled", None)
    assert (world.engine.cloud.writes, world.engine.runner.workspaces) == ([], {})


@pytest.mark.parametrize("moment", ["apply", "applied"])
async def test_a_caller_that_goes_away_while_applying_does_not_stop_it(world: World, moment: Moment) -> None:
    stored = await cancelled_at(world, moment)
    assert (stored.state, await world.living()) == (S.FINISHED, ["logs"])


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    with anyio.fail_after(10):
        while not await condition():
            await anyio.lowlevel.checkpoint()


@pytest.mark.requirement("4.2.lease")
async def test_a_lease_is_renewed_while_the_work_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LEASE_RENEW_SECONDS", 0.0)
    operation = await world.queued()
    until_when = world.engine.clock.now() + timedelta(seconds=100 + LEASE_SECONDS)

    async def renewed() -> bool:
        return (await world.stored(operation)).lease_expires_at == until_when

    async def wait(_job: Job) -> None:
        world.engine.clock.advance(100)
        await until(renewed)

    world.engine.runner.hooks["plan"] = wait
    done = await world.run(operation)
    assert (done.state, done.lease, done.lease_expires_at) == (S.FINISHED, "", None)


@pytest.mark.requirement("4.2.lease")
async def test_a_lease_that_cannot_be_renewed_is_tried_again_at_once_and_is_no_reason_to_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lease, "LEASE_RENEW_SECONDS", 0.0)
    monkeypatch.setattr(lease, "LEASE_RETRY_SECONDS", 0.0)
    store = BreakableStore()
    world = await new_world(store)

    async def fail_for_a_while(_job: Job) -> None:
        store.broken = True
        failures = store.failures

        async def failed_again() -> bool:
            return store.failures > failures + 1

        await until(failed_again)
        store.broken = False

    world.engine.runner.hooks["plan"] = fail_for_a_while
    assert (await world.create()).state is S.FINISHED
