"""Upkeep over fakes: ends of projects, their warnings, archiving and destruction, each once and in time."""

import pytest

from engine.core.auth.principals import system
from engine.core.errors import Conflict, Forbidden
from engine.core.operations.states import OperationState
from engine.core.projects import AtExpiry
from engine.service.approve import approve
from engine.service.projects.update import update_project
from engine.service.resume import resume
from engine.testing.engines import DENY, REVIEW
from tests.service.upkeep_stage import (
    DAY,
    HOUR,
    NOTHING,
    audited,
    changes,
    keep_up,
    operations,
    set_times,
    shown,
    two_levels,
)
from tests.service.world import ADA, BOB, World, outcome

pytestmark = pytest.mark.anyio


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
async def test_a_project_is_destroyed_by_one_change_set_through_the_gate(world: World) -> None:
    await two_levels(world)
    await set_times(world, ttl="1h", at_expiry=AtExpiry.DESTROY)
    assert (await keep_up(world)).destroyed == ()
    world.engine.clock.advance(HOUR)
    first = await keep_up(world)
    (whole,) = await operations(world)
    assert (first.archived, first.due) == (("demo",), (whole.id,))
    assert whole.state is OperationState.FINISHED
    steps = {change.resource_id: change.change_set_step for change in await changes(world, whole)}
    assert steps == {"logs": 1, "other": 1, "net": 2}
    assert await world.living() == []
    assert (await keep_up(world)).destroyed == ("demo",)
    assert await keep_up(world) == NOTHING
    assert world.engine.cloud.objects == {}
    assert [verb for verb, *_ in world.engine.cloud.writes].count("delete") == 3
    assert (await shown(world)).lifetime.words.startswith("destroyed at ")
    async with world.services.store.transaction() as transaction:
        asked = [e.actor for e in await transaction.audit.entries() if e.event == "operation.hold"]
    assert asked == [system("ada").key] * 3


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
    (last,) = await changes(world, (await operations(world))[-1])
    async with world.services.store.transaction() as transaction:
        document = await transaction.decisions.input(last.decision_id or "")
    assert document is not None
    assert document["actor"] == {
        "subject": "ada",
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
    assert waiting.id in [line.operation_id for line in (await shown(world)).waiting]
    world.engine.clock.advance(2 * HOUR)
    assert await keep_up(world) == NOTHING
    # Ada set the end: it is her own wish.
    with pytest.raises(Forbidden, match="ada asked for this change and cannot approve it"):
        await approve(world.services, ADA, waiting.id)
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
    ended = [await world.stored(each) for each in (waiting, *await changes(world, waiting))]
    assert [each.state for each in ended] == [OperationState.CANCELLED] * 2
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
    (stopped,) = await operations(world)
    assert stopped.state is OperationState.STOPPED
    world.engine.runner.hooks.clear()
    assert (await keep_up(world)).given_up == (stopped.id,)
    assert (await world.stored(stopped)).state is OperationState.FAILED
    (refused,) = await changes(world, stopped)
    assert outcome(refused) == ("CANCELLED", "conflict", "project")
    assert await world.living() == ["logs"]
