"""A change set whose worker dies in the middle of it."""

from typing import Any

import pytest

from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service.resume import resume
from tests.service.test_service_change_sets import NETWORK, asked, states
from tests.service.world import ADAS, World

pytestmark = pytest.mark.anyio


class WorkerDied(BaseException):
    """Ends everything at once, as a kill does."""


@pytest.mark.requirement("4.4.lost-worker")
async def test_a_set_whose_worker_died_is_reconciled_change_by_change_and_goes_on(world: World) -> None:
    async def die(job: Job) -> None:
        if job.name == "sub":
            raise WorkerDied

    world.engine.runner.hooks["applied"] = die
    with pytest.raises(BaseExceptionGroup):
        await asked(world, NETWORK)
    world.engine.runner.hooks.clear()
    async with world.services.store.transaction() as transaction:
        operations: Any = await transaction.operations.list(None, None, 50)
    (whole,) = [each for each in operations if each.change_set_id is None]
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
