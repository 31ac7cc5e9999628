"""Cancelling a change set at each moment: what it ends as, and that nothing of it is left waiting."""

from collections.abc import Sequence
from dataclasses import replace

import anyio
import anyio.lowlevel
import pytest

from engine.core.limits import LEASE_SECONDS
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.policy.decision import PolicyAnswer
from engine.core.policy.policies import PolicySource
from engine.ports.runner import Job
from engine.service.bells import Bells
from engine.service.cancel import cancel
from engine.service.resume import resume
from engine.testing.engines import ALLOW, REVIEW
from tests.service.test_service_change_set_crash import killed_at, lost, the_set
from tests.service.test_service_change_sets import NETWORK, asked, failing, states
from tests.service.world import ADAS, BOB, World

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.4.stopped")]

S = OperationState


async def half_done(world: World) -> Operation:
    """Return a STOPPED set of which only the network was made."""
    turns: list[str] = []

    async def hook(job: Job) -> None:
        turns.append(job.name)
        if turns.count("sub") == 2:
            await failing(job)

    world.engine.runner.hooks["plan"] = hook
    stopped = await asked(world, NETWORK)
    world.engine.runner.hooks.clear()
    assert stopped.state is S.STOPPED
    return stopped


async def unwanted(world: World) -> None:
    await cancel(world.services, ADAS, (await the_set(world)).id)
    # Let the worker notice; what it does then has no sleep in it.
    for _ in range(100):
        await anyio.lowlevel.checkpoint()


def cancelled_while_planned(world: World) -> None:
    async def stop(job: Job) -> None:
        if job.name == "web":
            await unwanted(world)

    world.engine.runner.hooks["plan"] = stop


def cancelled_while_decided(world: World, *, noticed: bool) -> None:
    evaluate = world.engine.evaluator.evaluate

    async def stop(policies: Sequence[PolicySource], policy_input: object) -> tuple[PolicyAnswer, ...]:
        del policy_input
        if noticed:
            await unwanted(world)
        else:
            # Nothing but its row tells the worker.
            elsewhere = replace(world.services, bells=Bells(), worker="there:2:2")
            await cancel(elsewhere, ADAS, (await the_set(world)).id)
        return await evaluate(policies, None)

    world.engine.evaluator.evaluate = stop  # type: ignore[method-assign]  # one that cancels


CANCELLED_WHILE = [
    pytest.param(cancelled_while_planned, id="planned"),
    pytest.param(lambda world: cancelled_while_decided(world, noticed=True), id="decided"),
    pytest.param(lambda world: cancelled_while_decided(world, noticed=False), id="allowed"),
]


@pytest.mark.parametrize("stop", CANCELLED_WHILE)
async def test_a_set_of_which_nothing_was_done_is_cancelled(world: World, stop: object) -> None:
    await world.govern(ALLOW)
    assert callable(stop)
    stop(world)
    with anyio.fail_after(20):
        left = await asked(world, NETWORK)
    assert (left.state, world.engine.cloud.writes) == (S.CANCELLED, [])
    assert {*(await states(world, left)).values()} <= {"CANCELLED", "FAILED"}


@pytest.mark.parametrize("stop", CANCELLED_WHILE)
async def test_a_resumed_set_of_which_a_part_was_done_is_stopped_and_goes_on_when_resumed(
    world: World, stop: object
) -> None:
    await world.govern(ALLOW)
    whole = await half_done(world)
    assert callable(stop)
    stop(world)
    with anyio.fail_after(20):
        left = await world.run(await resume(world.services, ADAS, whole.id))
    assert (left.state, left.error and left.error.code) == (S.STOPPED, "cancelled")
    found = await states(world, left)
    assert found.pop("net") == "FINISHED"
    assert {*found.values()} <= {"CANCELLED", "FAILED"}
    world.engine.runner.hooks.clear()
    vars(world.engine.evaluator).pop("evaluate") if "evaluate" in vars(world.engine.evaluator) else None
    done = await world.run(await resume(world.services, ADAS, whole.id))
    assert (done.state, done.error, len(world.engine.cloud.writes)) == (S.FINISHED, None, 3)


async def test_a_half_done_set_that_waits_for_a_person_is_left_with_its_report(world: World) -> None:
    whole = await half_done(world)
    await world.govern(REVIEW)
    waiting = await world.run(await resume(world.services, ADAS, whole.id))
    assert waiting.state is S.PENDING_REVIEW
    left = await cancel(world.services, ADAS, whole.id)
    assert left.state is S.FAILED
    assert left.error is not None
    assert "1 of 3 changes are done" in left.error.message
    assert await states(world, left) == {"net": "FINISHED", "sub": "CANCELLED", "web": "CANCELLED"}


async def test_a_set_whose_worker_is_gone_is_cancelled_without_it_and_leaves_nothing_waiting() -> None:
    world = await lost(lambda world: killed_at(world, "net", "plan"))
    whole = await the_set(world)
    assert (whole.state, "QUEUED" in (await states(world, whole)).values()) == (S.PLANNING, True)
    left = await cancel(world.services, BOB, whole.id)
    assert (left.state, left.fencing_token) == (S.CANCELLED, whole.fencing_token + 1)
    assert {*(await states(world, left)).values()} == {"CANCELLED"}


async def test_a_half_done_set_whose_worker_is_gone_is_left_with_its_report(world: World) -> None:
    whole = await half_done(world)

    async def die(_job: Job) -> None:
        raise SystemError("the machine lost power")

    world.engine.runner.hooks["plan"] = die
    with pytest.raises(ExceptionGroup):
        await world.run(await resume(world.services, ADAS, whole.id))
    world.engine.clock.advance(LEASE_SECONDS)
    assert (await world.stored(whole)).state is S.PLANNING
    left = await cancel(world.services, ADAS, whole.id)
    assert left.state is S.FAILED
    assert left.error is not None
    assert "1 of 3 changes are done" in left.error.message
    assert not {*(await states(world, left)).values()} & {"QUEUED", "READY_FOR_EXECUTION", "PLANNING"}
