"""A change of a set whose outcome nobody can tell, and sets whose worker was lost: how both are settled."""

import pytest

from engine.core.errors import Conflict, OutcomeUnknown
from engine.core.limits import LEASE_SECONDS
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.values import JsonObject
from engine.ports.runner import Job
from engine.service.cancel import cancel
from engine.service.doubt.forget import forget
from engine.service.doubt.retry import retry
from engine.service.recover_lapsed import recover_lapsed
from engine.service.resume import resume
from engine.testing.engines import REVIEW
from engine.testing.runners import Fault
from tests.service.test_service_change_sets import NETWORK, asked, fails_at, made, parts, states
from tests.service.world import ADA, ADAS, World

pytestmark = pytest.mark.anyio


async def in_doubt(world: World) -> Operation:
    """Return a set that stopped because nobody can tell what became of `sub`."""

    async def fault(job: Job) -> None:
        if job.name == "sub":
            world.engine.runner.fault = Fault(effect=False, known=False, trace=False)

    world.engine.runner.hooks["apply"] = fault
    stopped = await asked(world, NETWORK)
    world.engine.runner.hooks.clear()
    member = (await parts(world, stopped))["sub"]
    assert (stopped.state, member.state) == (OperationState.STOPPED, OperationState.INTERRUPTED)
    assert (await world.report(member)).next == "resume"
    with pytest.raises(OutcomeUnknown):
        await world.run(await resume(world.services, ADA, member.id))
    return stopped


@pytest.mark.requirement("4.4.one-decision")
async def test_a_change_of_which_nothing_was_done_is_not_begun_anew_without_its_set(world: World) -> None:
    stopped = await in_doubt(world)
    await world.govern(REVIEW)
    made = list(world.engine.cloud.writes)
    said = await retry(world.services, ADA, (await parts(world, stopped))["sub"].id)
    stands = await world.run(said)
    assert (stands.state, world.engine.cloud.writes) == (OperationState.FAILED, made)
    waiting = await world.run(await resume(world.services, ADAS, stopped.id))
    assert waiting.state is OperationState.PENDING_REVIEW


@pytest.mark.requirement("4.4.lost-worker")
async def test_a_set_is_settled_by_its_changes_and_leaves_none_waiting(world: World) -> None:
    lost = await died(world)
    world.engine.runner.orphans.add((await parts(world, lost))["sub"].id)
    (taken, *_) = [each for each in await recover_lapsed(world.services) if each.id == lost.id]
    assert taken.state is OperationState.INTERRUPTED
    for settle in (retry, forget):
        with pytest.raises(Conflict, match="settled by its changes"):
            await settle(world.services, ADA, lost.id)
    assert (await cancel(world.services, ADAS, lost.id)).state is OperationState.FAILED
    assert await states(world, lost) == {"net": "FINISHED", "sub": "INTERRUPTED", "web": "CANCELLED"}


@pytest.mark.requirement("4.1.recovery-timer")
async def test_a_set_whose_worker_was_lost_is_found_on_the_timer_and_goes_on_when_resumed(
    world: World,
) -> None:
    lost = await died(world)
    found = {each.id: each.state for each in await recover_lapsed(world.services)}
    assert found[lost.id] is OperationState.STOPPED
    assert await recover_lapsed(world.services) == ()
    assert (await world.report(lost)).next == "resume"
    done = await world.run(await resume(world.services, ADAS, lost.id))
    assert (done.state, done.error) == (OperationState.FINISHED, None)
    assert len(world.engine.cloud.writes) == 3


@pytest.mark.requirement("4.4.stopped")
async def test_a_set_of_which_nothing_is_left_to_do_is_finished_when_it_is_resumed(world: World) -> None:
    fails_at(world, "sub", "applied")
    stopped = await asked(world, NETWORK[1:])
    world.engine.runner.hooks.clear()
    assert stopped.error is not None
    assert stopped.error.hint == "settle what is not known, then resume it"
    settled = await world.run(await resume(world.services, ADA, (await parts(world, stopped))["sub"].id))
    assert settled.state is OperationState.FINISHED
    done = await world.run(await resume(world.services, ADAS, stopped.id))
    assert (done.state, done.error) == (OperationState.FINISHED, None)


@pytest.mark.requirement("4.4.stopped")
async def test_what_is_made_and_what_goes_in_one_set_is_no_replacement(world: World) -> None:
    await asked(world, NETWORK[2:])
    gone: JsonObject = {"operation": "delete", "resource_id": "net"}
    done = await asked(world, [gone, made("new", "network", cidr="10.0.0.0/8")])
    assert done.plan_summary is not None
    assert (done.plan_summary.action, done.plan_summary.summary) == (
        "mixed",
        "1 to create, 0 to update, 1 to delete",
    )


async def died(world: World) -> Operation:
    """Return a set whose worker died just after it had made `sub`, with its leases lapsed."""

    async def die(job: Job) -> None:
        if job.name == "sub":
            raise SystemError("the machine lost power")

    world.engine.runner.hooks["applied"] = die
    with pytest.raises(ExceptionGroup):
        await asked(world, NETWORK)
    world.engine.runner.hooks.clear()
    world.engine.clock.advance(LEASE_SECONDS)
    async with world.services.store.transaction() as transaction:
        (lost,) = [o for o in await transaction.operations.list(None, None, 50) if o.change_set_id is None]
    return lost
