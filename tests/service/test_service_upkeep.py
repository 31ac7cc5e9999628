"""Upkeep over fakes: ends, warnings, destruction, refreshes, queued requests, each once and in its time."""

from typing import Any

import pytest

from engine.core.auth.principals import system
from engine.core.errors import Conflict
from engine.core.operations.operation import Accept, Operation
from engine.core.operations.states import OperationState
from engine.core.projects import AtExpiry, Project
from engine.service.approve import approve
from engine.service.create import create
from engine.service.locking import is_locked
from engine.service.projects.extend import extend_project
from engine.service.projects.lock import lock_project
from engine.service.projects.show import ProjectReport, show_project
from engine.service.projects.times import Times
from engine.service.projects.update import update_project
from engine.service.refresh import refresh
from engine.service.resume import resume
from engine.service.run import run
from engine.service.upkeep.found import UpkeepReport
from engine.service.upkeep.upkeep import upkeep
from engine.testing.engines import DENY, REVIEW
from tests.service.world import ADA, ADAS, BOB, BUCKET, BreakableStore, World, new_world, outcome

pytestmark = pytest.mark.anyio

HOUR = 3_600
DAY = 24 * HOUR
NOTHING = UpkeepReport()


async def unheard(_text: str) -> None:
    """Listen to nothing."""


async def set_times(world: World, **times: Any) -> Project:
    return await update_project(world.services, ADA, "demo", times=Times(**times))


async def keep_up(world: World) -> UpkeepReport:
    """Make a pass, and carry out what it found due."""
    found = await upkeep(world.services)
    for operation_id in found.due:
        await run(world.services, operation_id, unheard, system().key)
    return found


async def shown(world: World) -> ProjectReport:
    return await show_project(world.services, ADA, "demo")


async def audited(world: World, *events: str) -> list[tuple[str, Any]]:
    """Return the audit rows of those events, with the hours of a warning."""
    async with world.services.store.transaction() as transaction:
        entries = await transaction.audit.entries()
    return [(e.event, e.facts.get("hours")) for e in entries if e.event in events]


async def operations(world: World) -> list[Operation]:
    """Return the operations that the engine itself asked for, oldest first."""
    async with world.services.store.transaction() as transaction:
        found = await transaction.operations.list(None, None, 100)
    return [operation for operation in reversed(found) if operation.actor == system()]


async def two_levels(world: World) -> None:
    """Make a network, a bucket that depends on it, and one that depends on nothing."""
    await world.create("net", {"cidr": "10.0.0.0/16"}, resource_type="fake_network")
    await world.create("logs", {**BUCKET, "tags": {"net": {"$ref": "net.id"}}})
    await world.create("other", {"name": "other"})


async def test_there_is_nothing_to_do_where_nothing_is_due(world: World) -> None:
    await world.create()
    world.engine.clock.advance(100 * DAY)
    found = await keep_up(world)
    assert found == NOTHING
    assert found.idle


@pytest.mark.requirement("4.5.warnings")
async def test_each_warning_is_audited_and_shown_once(world: World) -> None:
    await set_times(world, ttl="7d")
    assert await keep_up(world) == NOTHING
    said: list[tuple[str, ...]] = []
    for hours in (96, 1, 47, 22, 1):
        world.engine.clock.advance(hours * HOUR)
        said += [(await keep_up(world)).warned, (await keep_up(world)).warned]
    assert said == [("demo: 72 h",), (), (), (), ("demo: 24 h",), (), (), (), ("demo: 1 h",), ()]
    assert (await shown(world)).lifetime.warned == (72, 24, 1)
    assert await audited(world, "project.warned") == [
        ("project.warned", 72),
        ("project.warned", 24),
        ("project.warned", 1),
    ]


@pytest.mark.requirement("4.5.expiry")
async def test_an_expired_project_is_archived_and_refuses_changes_but_not_looks(world: World) -> None:
    await world.create()
    await set_times(world, ttl="1d")
    world.engine.clock.advance(DAY)
    # The end needs nobody who notices it.
    with pytest.raises(Conflict, match="project demo takes no changes: it has expired"):
        await world.create("other", {"name": "other"})
    assert (await keep_up(world)).archived == ("demo",)
    with pytest.raises(Conflict, match="project demo takes no changes: it is archived"):
        await world.update({"tags": {}})
    with pytest.raises(Conflict, match="it is archived"):
        await update_project(world.services, ADA, "demo", labels=("env:prod",))
    assert (await world.refresh()).state is OperationState.FINISHED
    assert (await world.update({"tags": {}}, dry_run=True)).state is OperationState.FINISHED
    assert await world.living() == ["logs"]
    assert (await shown(world)).lifetime.archived_at == world.engine.clock.now().isoformat()
    assert await keep_up(world) == NOTHING
    await set_times(world, unarchive=True, ttl="2d")
    assert (await world.update({"tags": {}})).state is OperationState.FINISHED
    assert await audited(world, "project.archived") == [("project.archived", None)]


@pytest.mark.requirement("4.5.expiry")
async def test_what_was_approved_before_the_end_is_not_begun_after_it_and_can_wait_for_more_time(
    world: World,
) -> None:
    await world.govern(REVIEW)
    waiting = await world.create()
    await approve(world.services, BOB, waiting.id)
    await set_times(world, ttl="1h")
    world.engine.clock.advance(HOUR)
    await resume(world.services, ADA, waiting.id)
    with pytest.raises(Conflict, match="takes no changes"):
        await world.run(waiting)
    assert (await world.stored(waiting)).state is OperationState.READY_FOR_EXECUTION
    await set_times(world, unarchive=True)
    assert (await world.run(waiting)).state is OperationState.FINISHED


@pytest.mark.requirement("4.5.expiry")
async def test_no_effect_begins_in_a_project_whose_time_ended_while_it_was_planned(world: World) -> None:
    await set_times(world, ttl="1h")

    async def late(_job: object) -> None:
        world.engine.clock.advance(HOUR)

    world.engine.runner.hooks["planned"] = late
    assert outcome(await world.create()) == ("FAILED", "conflict", "project")
    assert world.engine.cloud.writes == []


@pytest.mark.requirement("4.5.expiry")
@pytest.mark.requirement("4.5.system")
async def test_a_project_is_destroyed_level_by_level_through_the_gate(world: World) -> None:
    await two_levels(world)
    await set_times(world, ttl="1h", at_expiry=AtExpiry.DESTROY)
    assert (await keep_up(world)).destroyed == ()
    world.engine.clock.advance(HOUR)
    first = await keep_up(world)
    assert (first.archived, len(first.due)) == (("demo",), 2)
    assert await world.living() == ["net"]
    assert len((await keep_up(world)).due) == 1
    assert await world.living() == []
    assert (await keep_up(world)).destroyed == ("demo",)
    assert await keep_up(world) == NOTHING
    assert world.engine.cloud.objects == {}
    assert [verb for verb, *_ in world.engine.cloud.writes].count("delete") == 3
    assert (await shown(world)).lifetime.words.startswith("destroyed at ")
    async with world.services.store.transaction() as transaction:
        asked = [e.actor for e in await transaction.audit.entries() if e.event == "operation.allow"]
    assert asked[-3:] == [system().key] * 3


@pytest.mark.requirement("4.5.expiry")
async def test_a_policy_may_refuse_a_destruction_and_is_asked_again_ever_more_seldom(world: World) -> None:
    await world.create()
    await world.govern(DENY)
    await set_times(world, ttl="1h", at_expiry=AtExpiry.DESTROY)
    world.engine.clock.advance(HOUR)
    tries: list[int] = []
    for hour in range(16):
        await keep_up(world)
        if len(await operations(world)) > len(tries):
            tries.append(hour)
        world.engine.clock.advance(HOUR)
    assert tries == [0, 1, 3, 7, 15]
    assert {operation.state for operation in await operations(world)} == {OperationState.DENIED}
    assert await world.living() == ["logs"]
    last = (await operations(world))[-1]
    async with world.services.store.transaction() as transaction:
        document = await transaction.decisions.input(last.decision_id or "")
    assert document is not None
    assert document["actor"] == {
        "subject": "intent",
        "kind": "system",
        "client": "scheduler",
        "roles": [],
        "scopes": ["projects:read", "projects:write", "resources:read", "resources:write"],
    }


@pytest.mark.requirement("4.5.expiry")
async def test_a_destruction_waits_for_a_person_and_then_goes_on_by_itself(world: World) -> None:
    await world.create()
    await world.govern(REVIEW)
    await set_times(world, ttl="1h", at_expiry=AtExpiry.DESTROY)
    world.engine.clock.advance(HOUR)
    await keep_up(world)
    (waiting,) = await operations(world)
    assert waiting.state is OperationState.PENDING_REVIEW
    assert [line.operation_id for line in (await shown(world)).waiting] == [waiting.id]
    world.engine.clock.advance(2 * HOUR)
    assert await keep_up(world) == NOTHING
    await approve(world.services, BOB, waiting.id)
    assert (await keep_up(world)).due == (waiting.id,)
    assert await world.living() == []
    assert (await keep_up(world)).destroyed == ("demo",)


@pytest.mark.requirement("4.5.extend")
async def test_opening_a_project_again_withdraws_its_destruction(world: World) -> None:
    await world.create()
    await world.govern(REVIEW)
    await set_times(world, ttl="1h", at_expiry=AtExpiry.DESTROY)
    world.engine.clock.advance(HOUR)
    await keep_up(world)
    (waiting,) = await operations(world)
    await set_times(world, unarchive=True, ttl="7d")
    assert (await world.stored(waiting)).state is OperationState.CANCELLED
    assert await keep_up(world) == NOTHING
    assert await world.living() == ["logs"]


@pytest.mark.requirement("4.5.extend")
async def test_a_deletion_that_is_under_way_when_the_project_is_opened_again_has_no_effect(
    world: World,
) -> None:
    await world.create()
    await set_times(world, ttl="1h", at_expiry=AtExpiry.DESTROY)
    world.engine.clock.advance(HOUR)

    async def open_again(_job: object) -> None:
        await set_times(world, unarchive=True)

    world.engine.runner.hooks["planned"] = open_again
    await keep_up(world)
    (refused,) = await operations(world)
    assert outcome(refused) == ("FAILED", "conflict", "project")
    assert await world.living() == ["logs"]


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
    deletions = [o for o in await operations(world) if o.kind.value == "delete"]
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
