"""What the tests of lost workers share: one that sleeps until its lease has lapsed while somebody acts."""

from collections.abc import Awaitable, Callable

import anyio

from engine.core.errors import Conflict
from engine.core.limits import LEASE_SECONDS
from engine.core.operations.operation import Operation
from engine.ports.runner import Job
from engine.testing.runners import Moment
from tests.service.world import World


async def asleep(
    world: World, moment: Moment, then: Callable[[Operation], Awaitable[None]]
) -> list[Exception]:
    """Let a worker sleep at a moment until its lease has lapsed, then act; return what it raised after."""
    began, wake = anyio.Event(), anyio.Event()
    raised: list[Exception] = []

    async def sleep(_job: Job) -> None:
        began.set()
        await wake.wait()

    async def work() -> None:
        try:
            await world.run(operation)
        except Conflict as error:
            raised.append(error)

    operation = await world.queued()
    world.engine.runner.hooks[moment] = sleep
    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(work)
            await began.wait()
            world.engine.clock.advance(LEASE_SECONDS)
            await then(operation)
            wake.set()
    world.engine.runner.hooks.clear()
    return raised
