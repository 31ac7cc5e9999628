"""Destructions that stop, lose their worker or cannot have all at once: ended, and asked for anew in time."""

import pytest

from engine.core.errors import ProviderFailed
from engine.core.limits import LEASE_SECONDS
from engine.core.operations.states import OperationState
from engine.core.projects import AtExpiry
from engine.ports.runner import Job
from engine.service.run import run
from engine.service.upkeep.upkeep import upkeep
from engine.testing.engines import REVIEW
from tests.service.upkeep_stage import (
    HOUR,
    NOTHING,
    changes,
    keep_up,
    operations,
    set_times,
    two_levels,
    unheard,
)
from tests.service.world import World

pytestmark = pytest.mark.anyio
S = OperationState


async def ended(world: World) -> None:
    """Let the project's time be over; it is to be destroyed."""
    await set_times(world, ttl="1h", at_expiry=AtExpiry.DESTROY)
    world.engine.clock.advance(HOUR)


async def die(_job: Job) -> None:
    raise SystemError("the machine lost power")


@pytest.mark.requirement("4.5.expiry")
async def test_a_destruction_that_stopped_is_ended_and_the_next_attempt_does_the_rest(world: World) -> None:
    await two_levels(world)
    await ended(world)
    turns: list[str] = []

    async def refused_at_its_turn(job: Job) -> None:
        turns.append(job.name)
        if turns.count("net") == 2:
            raise ProviderFailed("the provider refused", untrusted="it is in use")

    world.engine.runner.hooks["plan"] = refused_at_its_turn
    await keep_up(world)
    (stopped,) = await operations(world)
    assert (stopped.state, await world.living()) == (S.STOPPED, ["net"])
    assert stopped.error is not None
    found = await keep_up(world)
    assert (found.given_up, found.due) == ((stopped.id,), ())
    left = await world.stored(stopped)
    assert left.error is not None
    assert (left.state, left.error.message) == (
        S.FAILED,
        f"the engine left this change set as it is: {stopped.error.message}",
    )
    assert stopped.error.message.startswith("2 of 3 changes are done; failed: net: the provider refused")
    world.engine.clock.advance(HOUR)
    await keep_up(world)
    again = (await operations(world))[-1]
    assert [change.resource_id for change in await changes(world, again)] == ["net"]
    assert (await keep_up(world)).destroyed == ("demo",)
    assert [verb for verb, *_ in world.engine.cloud.writes].count("delete") == 3


@pytest.mark.requirement("4.5.expiry")
@pytest.mark.parametrize("moment", ["planned", "apply"])
async def test_a_destruction_whose_worker_was_lost_is_ended_and_made_anew(world: World, moment: str) -> None:
    await two_levels(world)
    await ended(world)
    (asked,) = (await upkeep(world.services)).due
    world.engine.runner.hooks[moment] = die  # type: ignore[index]  # one of the moments
    with pytest.raises(ExceptionGroup):
        await run(world.services, asked, unheard)
    world.engine.runner.hooks.clear()
    (lost,) = await operations(world)
    assert (await keep_up(world)).given_up == ()
    world.engine.clock.advance(LEASE_SECONDS)
    assert (await keep_up(world)).given_up == (asked,)
    assert (await world.stored(lost)).state is S.FAILED
    world.engine.clock.advance(HOUR)
    await keep_up(world)
    assert (await keep_up(world)).destroyed == ("demo",)
    assert [verb for verb, *_ in world.engine.cloud.writes].count("delete") == 3


@pytest.mark.requirement("4.5.expiry")
async def test_what_somebody_works_on_is_left_with_all_it_needs(world: World) -> None:
    await two_levels(world)
    await set_times(world, ttl="1h", at_expiry=AtExpiry.DESTROY)
    world.engine.clock.advance(HOUR - 1)

    async def end_comes(_job: Job) -> None:
        world.engine.clock.advance(1)
        await upkeep(world.services)

    world.engine.runner.hooks["planned"] = end_comes
    await world.update({"tags": {"a": "b"}})
    (whole,) = await operations(world)
    assert [change.resource_id for change in whole.request.changes] == ["other"]


@pytest.mark.requirement("4.5.expiry")
async def test_more_than_a_set_holds_is_destroyed_over_several_attempts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.service.upkeep.remains.CHANGE_SET_MAX", 2)
    await two_levels(world)
    await ended(world)
    await keep_up(world)
    assert await world.living() == ["net"]
    assert await keep_up(world) == NOTHING
    world.engine.clock.advance(HOUR)
    await keep_up(world)
    assert (await keep_up(world)).destroyed == ("demo",)


@pytest.mark.requirement("4.5.expiry")
async def test_a_destruction_that_nobody_decided_about_is_put_before_a_person_again(world: World) -> None:
    await world.create()
    await world.govern(REVIEW)
    await ended(world)
    await keep_up(world)
    world.engine.clock.advance(24 * HOUR)
    await keep_up(world)
    assert [each.state for each in await operations(world)] == [S.EXPIRED, S.PENDING_REVIEW]
