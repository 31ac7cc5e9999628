"""A change set whose worker dies in the middle of it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from engine.core.errors import Conflict
from engine.core.limits import LEASE_SECONDS
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.policy.decision import PolicyAnswer
from engine.core.policy.policies import PolicySource
from engine.ports.runner import Job
from engine.service.change_sets import turn
from engine.service.lease import claim
from engine.service.recover_lapsed import recover_lapsed
from engine.service.resume import resume
from engine.testing.engines import ALLOW
from engine.testing.runners import Moment
from tests.service.test_service_change_sets import NETWORK, asked, states
from tests.service.world import ADAS, BreakableStore, World, new_world

pytestmark = pytest.mark.anyio


class WorkerDied(BaseException):
    """Ends everything at once, as a kill does."""


async def the_set(world: World) -> Operation:
    async with world.services.store.transaction() as transaction:
        operations = await transaction.operations.list(None, None, 50)
    (whole,) = [each for each in operations if each.change_set_id is None]
    return whole


def killed_at(world: World, name: str, moment: Moment, time: int = 1) -> None:
    """Let the worker be killed when a job of that name reaches the moment; nothing can be recorded of it."""
    reached: list[str] = []

    async def die(job: Job) -> None:
        reached.append(job.name)
        if reached.count(name) == time:
            assert isinstance(world.services.store, BreakableStore)
            world.services.store.broken = True
            raise WorkerDied

    world.engine.runner.hooks[moment] = die


def killed_deciding(world: World) -> None:
    async def die(_policies: Sequence[PolicySource], _input: object) -> tuple[PolicyAnswer, ...]:
        assert isinstance(world.services.store, BreakableStore)
        world.services.store.broken = True
        raise WorkerDied

    world.engine.evaluator.evaluate = die  # type: ignore[method-assign,assignment]  # the evaluator that kills


async def lost(kill: Callable[[World], None]) -> World:
    """Return a world in which the worker of the set NETWORK was killed, its leases lapsed."""
    store = BreakableStore()
    world = await new_world(store)
    await world.govern(ALLOW)
    kill(world)
    with pytest.raises(BaseExceptionGroup):
        await asked(world, NETWORK)
    store.broken = False
    world.engine.runner.hooks.clear()
    vars(world.engine.evaluator).pop("evaluate", None)
    world.engine.clock.advance(LEASE_SECONDS)
    return world


@pytest.mark.requirement("4.4.lost-worker")
@pytest.mark.parametrize(
    ("kill", "left", "stands", "parts"),
    [
        pytest.param(
            lambda world: killed_at(world, "web", "plan"),
            OperationState.PLANNING,
            (OperationState.STOPPED, "interrupted"),
            {"net": "FAILED", "sub": "FAILED", "web": "FAILED"},
            id="planning",
        ),
        pytest.param(
            killed_deciding,
            OperationState.DECIDING,
            (OperationState.STOPPED, "interrupted"),
            {"net": "FAILED", "sub": "FAILED", "web": "FAILED"},
            id="deciding",
        ),
        pytest.param(
            lambda world: killed_at(world, "sub", "applied"),
            OperationState.APPLYING,
            (OperationState.STOPPED, "change_set_stopped"),
            {"net": "FINISHED", "sub": "FINISHED", "web": "READY_FOR_EXECUTION"},
            id="applying",
        ),
        pytest.param(
            lambda world: killed_at(world, "sub", "plan", 2),
            OperationState.APPLYING,
            (OperationState.STOPPED, "change_set_stopped"),
            {"net": "FINISHED", "sub": "FAILED", "web": "READY_FOR_EXECUTION"},
            id="planning a part at its turn",
        ),
        pytest.param(
            lambda world: killed_at(world, "web", "applied"),
            OperationState.APPLYING,
            (OperationState.FINISHED, None),
            {"net": "FINISHED", "sub": "FINISHED", "web": "FINISHED"},
            id="applying the last",
        ),
    ],
)
async def test_upkeep_takes_a_set_from_its_lost_worker_and_applies_nothing_more(
    kill: Callable[[World], None],
    left: OperationState,
    stands: tuple[OperationState, str | None],
    parts: dict[str, str],
) -> None:
    world = await lost(kill)
    whole = await the_set(world)
    assert whole.state is left
    written = len(world.engine.cloud.writes)
    recovered = {each.id: each.state for each in await recover_lapsed(world.services)}
    found = await the_set(world)
    assert recovered[whole.id] is found.state
    assert (found.state, found.error and found.error.code) == stands
    assert found.fencing_token > whole.fencing_token
    assert (await states(world, found), len(world.engine.cloud.writes)) == (parts, written)
    assert await recover_lapsed(world.services) == ()
    if found.state is OperationState.STOPPED:
        done = await world.run(await resume(world.services, ADAS, found.id))
        assert (done.state, done.error) == (OperationState.FINISHED, None)
    assert [kind for _, kind, _ in world.engine.cloud.writes] == [
        "fake_network",
        "fake_subnet",
        "fake_bucket",
    ]


@pytest.mark.requirement("4.4.lost-worker")
async def test_a_set_stays_interrupted_while_the_outcome_of_a_part_is_in_doubt() -> None:
    world = await lost(lambda world: killed_at(world, "sub", "applied"))
    (sub,) = [key for key in world.engine.runner.workspaces if key in world.engine.runner.begun]
    world.engine.runner.orphans.add(sub)
    await recover_lapsed(world.services)
    whole = await the_set(world)
    assert (whole.state, (await states(world, whole))["sub"]) == (OperationState.INTERRUPTED, "INTERRUPTED")


@pytest.mark.requirement("4.4.lost-worker")
async def test_a_worker_that_wakes_up_begins_no_further_part_of_a_set_that_was_recovered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(services: Any, member: Operation, *more: Any) -> Operation:
        if member.resource_id == "sub":
            world.engine.clock.advance(LEASE_SECONDS)
            await recover_lapsed(services)
        return await claim(services, member, *more)

    monkeypatch.setattr(turn, "claim", late)
    with pytest.raises(Conflict):
        await asked(world, NETWORK)
    whole = await the_set(world)
    assert whole.state is OperationState.STOPPED
    assert [kind for _, kind, _ in world.engine.cloud.writes] == ["fake_network"]
    monkeypatch.undo()
    done = await world.run(await resume(world.services, ADAS, whole.id))
    assert (done.state, len(world.engine.cloud.writes)) == (OperationState.FINISHED, 3)


@pytest.mark.requirement("4.4.lost-worker")
async def test_a_set_whose_worker_died_is_reconciled_change_by_change_and_goes_on(world: World) -> None:
    async def die(job: Job) -> None:
        if job.name == "sub":
            raise WorkerDied

    world.engine.runner.hooks["applied"] = die
    with pytest.raises(BaseExceptionGroup):
        await asked(world, NETWORK)
    world.engine.runner.hooks.clear()
    whole = await the_set(world)
    assert (whole.state, await states(world, whole)) == (
        OperationState.APPLYING,
        {"net": "FINISHED", "sub": "APPLYING", "web": "READY_FOR_EXECUTION"},
    )
    world.engine.clock.advance(3600)
    found = await resume(world.services, ADAS, whole.id)
    assert found.state is OperationState.INTERRUPTED
    done = await world.run(found)
    assert (done.state, done.error) == (OperationState.FINISHED, None)
    assert [kind for _, kind, _ in world.engine.cloud.writes] == [
        "fake_network",
        "fake_subnet",
        "fake_bucket",
    ]
