"""A clock that jumps forth and back while operations are under way: what it can do, and what it cannot."""

from collections.abc import Awaitable, Callable

import pytest

from engine.core.errors import Conflict
from engine.core.limits import APPROVAL_TTL_SECONDS, LEASE_SECONDS
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service.approve import approve
from engine.service.resume import resume
from engine.testing.engines import UNDECIDED
from engine.testing.runners import Moment
from tests.service.world import ADAS, BOB, World

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.6.clock", "4.security.45")]

S = OperationState
_YEAR = 365 * 24 * 3_600


async def created_while(world: World, moment: Moment, act: Callable[[], Awaitable[None]]) -> Operation:
    """Create a bucket and act when its worker has come to a moment."""

    async def jump(_job: Job) -> None:
        await act()

    world.engine.runner.hooks[moment] = jump
    done = await world.create()
    world.engine.runner.hooks.clear()
    return done


@pytest.mark.parametrize("seconds", [-_YEAR, -1, LEASE_SECONDS + 1, _YEAR])
@pytest.mark.parametrize("moment", ["plan", "apply", "applied"])
async def test_an_operation_that_nobody_else_takes_up_goes_on(
    world: World, moment: Moment, seconds: int
) -> None:
    async def jump() -> None:
        world.engine.clock.advance(seconds)

    done = await created_while(world, moment, jump)
    assert (done.state, await world.living(), len(world.engine.cloud.writes)) == (S.FINISHED, ["logs"], 1)


async def test_a_lease_that_a_jump_made_lapse_may_be_taken_away_and_nothing_is_done_twice(
    world: World,
) -> None:
    taken: list[OperationState] = []

    async def jump() -> None:
        world.engine.clock.advance(LEASE_SECONDS + 1)
        async with world.services.store.transaction() as transaction:
            (running,) = await transaction.operations.list(None, None, 1)
        taken.append((await resume(world.services, ADAS, running.id)).state)

    with pytest.raises(Conflict):
        await created_while(world, "applied", jump)
    async with world.services.store.transaction() as transaction:
        (lost,) = await transaction.operations.list(None, None, 1)
    assert (taken, await world.living()) == ([S.INTERRUPTED], [])
    world.engine.runner.hooks.clear()
    settled = await world.run(lost)
    assert (settled.state, await world.living(), len(world.engine.cloud.writes)) == (S.FINISHED, ["logs"], 1)


@pytest.mark.parametrize("approved", [False, True])
async def test_what_expired_in_a_jump_stays_expired_when_the_clock_is_put_right(
    world: World, *, approved: bool
) -> None:
    await world.govern(UNDECIDED)
    waiting = await world.create()
    if approved:
        await approve(world.services, BOB, waiting.id)
    world.engine.clock.advance(APPROVAL_TTL_SECONDS)
    with pytest.raises(Conflict):
        await resume(world.services, ADAS, waiting.id)
    world.engine.clock.advance(-APPROVAL_TTL_SECONDS)
    with pytest.raises(Conflict):
        await resume(world.services, ADAS, waiting.id)
    assert ((await world.stored(waiting)).state, world.engine.cloud.writes) == (S.EXPIRED, [])


async def test_a_clock_that_goes_back_lengthens_an_approval_by_as_much_and_no_more(world: World) -> None:
    await world.govern(UNDECIDED)
    waiting = await world.create()
    await approve(world.services, BOB, waiting.id)
    world.engine.clock.advance(-3_600)
    world.engine.clock.advance(APPROVAL_TTL_SECONDS)
    done = await world.run(await resume(world.services, ADAS, waiting.id))
    assert (done.state, len(world.engine.cloud.writes)) == (S.FINISHED, 1)
