"""A database that fails around an effect: nothing is applied unwritten, and no outcome is lost."""

import pytest

from engine.core.errors import StoreFailed
from engine.core.limits import LEASE_SECONDS
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service.resume import resume
from tests.service.world import ADAS, BreakableStore, new_world, outcome

pytestmark = pytest.mark.anyio

S = OperationState


async def test_an_outcome_that_could_not_be_saved_is_saved_by_resume() -> None:
    store = BreakableStore()
    world = await new_world(store)

    async def fill_the_disk(_job: Job) -> None:
        store.broken = True

    operation = await world.queued()
    world.engine.runner.hooks["applied"] = fill_the_disk
    with pytest.raises(StoreFailed):
        await world.run(operation)
    store.broken = False
    stored = await world.stored(operation)
    assert (stored.state, list(world.engine.runner.workspaces)) == (S.APPLYING, [operation.id])
    world.engine.clock.advance(LEASE_SECONDS)
    done = await world.run(await resume(world.services, ADAS, operation.id))
    assert (done.state, await world.living()) == (S.FINISHED, ["logs"])
    assert world.engine.runner.workspaces == {}


async def test_a_database_that_fails_once_after_the_effect_leaves_an_interrupted_operation() -> None:
    store = BreakableStore()
    world = await new_world(store)

    async def fail_once(_job: Job) -> None:
        store.failing_commits = 1

    world.engine.runner.hooks["applied"] = fail_once
    lost = await world.create()
    assert outcome(lost) == ("INTERRUPTED", "store_failed", None)
    assert await world.living() == []
    done = await world.run(await resume(world.services, ADAS, lost.id))
    assert (done.state, await world.living()) == (S.FINISHED, ["logs"])


async def test_nothing_is_applied_that_could_not_be_written_before() -> None:
    store = BreakableStore()
    world = await new_world(store)

    async def fill_the_disk(_job: Job) -> None:
        store.broken = True

    world.engine.runner.hooks["planned"] = fill_the_disk
    with pytest.raises(StoreFailed):
        await world.create()
    assert (world.engine.cloud.writes, world.engine.runner.workspaces) == ([], {})
