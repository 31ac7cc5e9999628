"""Upkeep over fakes: scheduled refreshes, what waits too long, jumping clocks, and items that fail."""

from typing import Any

import pytest

from engine.core.auth.principals import system
from engine.core.errors import Conflict
from engine.core.operations.operation import Accept
from engine.core.operations.states import OperationState
from engine.core.projects import AtExpiry
from engine.service.create import create
from engine.service.locking import is_locked
from engine.service.projects.extend import extend_project
from engine.service.projects.lock import lock_project
from engine.service.refresh import refresh
from engine.service.run import run
from engine.service.upkeep.upkeep import upkeep
from engine.testing.engines import REVIEW
from tests.service.upkeep_stage import (
    DAY,
    HOUR,
    NOTHING,
    audited,
    keep_up,
    operations,
    set_times,
    shown,
    unheard,
)
from tests.service.world import ADA, ADAS, BOB, BUCKET, BreakableStore, World, new_world, outcome

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("4.5.refresh")
async def test_drift_is_found_on_schedule_and_shown_since_when_until_it_is_settled(world: World) -> None:
    await world.create()
    await world.create("other", {"name": "other"})
    await set_times(world, refresh_every="6h")
    assert await keep_up(world) == NOTHING
    world.engine.cloud.update("fake_bucket", "logs", {**BUCKET, "acl": "public", "arn": "arn:fake:logs"})
    world.engine.cloud.delete("fake_bucket", "other")
    world.engine.clock.advance(6 * HOUR)
    assert len((await keep_up(world)).due) == 2
    first = world.engine.clock.now()
    seen = [(d.resource_id, d.changed, d.missing, d.since) for d in (await shown(world)).drifted]
    assert seen == [
        ("logs", ("acl",), False, first.isoformat()),
        ("other", (), True, first.isoformat()),
    ]
    world.engine.clock.advance(6 * HOUR)
    await keep_up(world)
    again = (await shown(world)).drifted[0]
    assert (again.since, again.seen_at) == (first.isoformat(), world.engine.clock.now().isoformat())
    assert again.operation_id in [operation.id for operation in await operations(world)]
    assert {o.request.accept for o in await operations(world)} == {Accept.REPORT}
    world.engine.clock.advance(HOUR)
    await world.refresh("logs", accept=Accept.SAVE)
    assert [d.resource_id for d in (await shown(world)).drifted] == ["other"]
    world.engine.cloud.create("fake_bucket", {"name": "other", "acl": "private"})
    await world.refresh("other")
    assert (await shown(world)).drifted == ()


@pytest.mark.requirement("4.5.refresh")
async def test_missed_slots_are_not_caught_up(world: World) -> None:
    await world.create()
    await set_times(world, refresh_every="6h")
    world.engine.clock.advance(30 * DAY)
    assert len((await keep_up(world)).due) == 1
    assert await keep_up(world) == NOTHING


@pytest.mark.requirement("4.5.refresh")
async def test_a_busy_resource_and_a_locked_project_are_left_for_later_in_the_slot(world: World) -> None:
    await world.create()
    await set_times(world, refresh_every="6h")
    world.engine.clock.advance(6 * HOUR)
    await lock_project(world.services, BOB, "demo")
    async with world.services.store.transaction() as transaction:
        project = await transaction.projects.find("demo")
        assert project is not None
        assert await is_locked(world.services, transaction, project.id)
    assert await keep_up(world) == NOTHING
    world.engine.clock.advance(301)
    busy = await refresh(world.services, ADAS, "demo", resource_id="logs")
    assert await keep_up(world) == NOTHING
    await world.run(busy)
    assert len((await keep_up(world)).due) == 1


@pytest.mark.requirement("4.5.refresh")
async def test_refreshes_are_begun_in_turn_over_projects_and_not_piled_up(world: World) -> None:
    for number in range(25):
        await world.create(f"r{number}", {"name": f"r{number}"})
    await set_times(world, refresh_every="15m")
    world.engine.clock.advance(900)
    first = await upkeep(world.services)
    assert len(first.due) == 20
    assert (await upkeep(world.services)).due == ()
    for operation_id in first.due:
        await run(world.services, operation_id, unheard, system().key)
    assert len((await upkeep(world.services)).due) == 5


@pytest.mark.requirement("4.5.clock")
async def test_a_clock_that_jumps_repeats_no_refresh_no_warning_and_no_deletion(world: World) -> None:
    await world.create()
    await set_times(world, refresh_every="6h", ttl="30d", at_expiry=AtExpiry.DESTROY)
    clock = world.engine.clock
    for seconds in (6 * HOUR, 6 * HOUR, -6 * HOUR, 6 * HOUR, -12 * HOUR, 12 * HOUR):
        clock.advance(seconds)
        await keep_up(world)
    assert len({o.idempotency_key for o in await operations(world)}) == len(await operations(world)) == 2
    await set_times(world, refresh_every="off")
    clock.advance(28 * DAY)
    for seconds in (0, -5 * DAY, 5 * DAY, 2 * DAY, -20 * DAY, 20 * DAY):
        clock.advance(seconds)
        await keep_up(world)
    assert [hours for _, hours in await audited(world, "project.warned")] == [72]
    deletions = [o for o in await operations(world) if o.kind.value == "change_set"]
    assert [o.state for o in deletions] == [OperationState.FINISHED]
    assert await audited(world, "project.archived", "project.destroyed") == [
        ("project.archived", None),
        ("project.destroyed", None),
    ]


@pytest.mark.requirement("4.5.pending")
async def test_what_nobody_decided_about_expires_on_the_timer(world: World) -> None:
    await world.govern(REVIEW)
    waiting = await world.create()
    world.engine.clock.advance(DAY - 1)
    assert await keep_up(world) == NOTHING
    world.engine.clock.advance(1)
    assert (await keep_up(world)).expired == (waiting.id,)
    assert (await world.stored(waiting)).state is OperationState.EXPIRED


@pytest.mark.requirement("4.5.pending")
async def test_a_queued_request_is_taken_up_after_a_minute(world: World) -> None:
    queued = await world.queued()
    world.engine.clock.advance(59)
    assert await keep_up(world) == NOTHING
    world.engine.clock.advance(1)
    assert (await keep_up(world)).due == (queued.id,)
    assert (await world.stored(queued)).state is OperationState.FINISHED


@pytest.mark.requirement("4.5.pending")
async def test_a_queued_request_in_a_locked_project_is_left_to_its_holder_until_the_lock_lapses(
    world: World,
) -> None:
    queued = await world.queued()
    await lock_project(world.services, ADAS, "demo")
    world.engine.clock.advance(60)
    assert await keep_up(world) == NOTHING
    assert (await world.stored(queued)).state is OperationState.QUEUED
    world.engine.clock.advance(300)
    assert (await keep_up(world)).due == (queued.id,)


@pytest.mark.requirement("4.5.pending")
async def test_a_request_that_was_queued_for_six_hours_fails_clearly(world: World) -> None:
    queued = await world.queued()
    world.engine.clock.advance(6 * HOUR)
    assert (await keep_up(world)).given_up == (queued.id,)
    assert outcome(await world.stored(queued)) == ("FAILED", "interrupted", None)
    assert world.engine.cloud.writes == []


@pytest.mark.requirement("4.5.upkeep")
async def test_one_item_that_fails_is_named_and_does_not_stop_the_rest(world: World) -> None:
    await world.create()
    await set_times(world, refresh_every="6h")
    waiting = await create(
        world.services,
        ADAS,
        "demo",
        resource_id="late",
        provider="testing/fake",
        resource_type="fake_bucket",
        config=BUCKET,
    )
    world.engine.clock.advance(6 * HOUR)

    async def busy(*_arguments: Any, **_more: Any) -> None:
        raise Conflict("not now")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("engine.service.upkeep.refreshes.refresh", busy)
        found = await upkeep(world.services)
    assert [(p.what, p.code, p.message) for p in found.problems] == [
        ("refresh of logs", "conflict", "not now")
    ]
    assert found.given_up == (waiting.id,)


@pytest.mark.requirement("4.5.upkeep")
async def test_a_database_that_cannot_be_read_is_a_problem_of_each_item_and_of_no_more() -> None:
    store = BreakableStore()
    world = await new_world(store)
    store.broken = True
    found = await upkeep(world.services)
    assert {problem.code for problem in found.problems} == {"store_failed"}
    store.broken = False
    assert await upkeep(world.services) == NOTHING


@pytest.mark.requirement("4.5.warnings")
async def test_a_warning_whose_commit_fails_is_given_by_the_next_pass() -> None:
    store = BreakableStore()
    world = await new_world(store)
    await set_times(world, ttl="2d")
    warned = []
    for failing in (20, 0, 0):
        store.failing_commits = failing
        warned.append((await upkeep(world.services)).warned)
        store.failing_commits = 0
    assert warned == [(), ("demo: 72 h",), ()]
    await extend_project(world.services, ADA, "demo", "1d")
    assert (await upkeep(world.services)).warned == ("demo: 72 h",)
