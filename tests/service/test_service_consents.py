"""Reviews that ask for several persons, or for certain ones: who counts, who is missing, and for how long."""

import pytest
from pydantic import JsonValue

from engine.core.approvals import consents
from engine.core.auth.principals import Principal, person
from engine.core.errors import Conflict, Forbidden
from engine.core.limits import APPROVAL_TTL_SECONDS
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.service.approve import approve
from engine.service.doubt.retry import retry
from engine.service.eject import eject
from engine.service.expire_due import expire_due
from engine.service.projects.delete import delete_project
from engine.service.reject import reject
from engine.service.resume import resume
from engine.testing.engines import UNDECIDED
from engine.testing.runners import Fault
from tests.service.world import ADA, ADAS, BOB, World

pytestmark = pytest.mark.anyio

S = OperationState
CAROL = person("carol")
DAN = person("dan")
SOURCE = "package intent # demands"


async def pending(world: World, *demands: dict[str, JsonValue], by: Principal = ADAS) -> Operation:
    """Return a creation that waits for what the demands ask."""
    reviews: list[JsonValue] = [{"msg": f"r{n}", **demand} for n, demand in enumerate(demands)]
    world.engine.evaluator.answers(SOURCE, {"review": reviews})
    await world.govern(SOURCE)
    waiting = await world.create(by=by)
    assert waiting.state is S.PENDING_REVIEW
    return waiting


def missing(world: World, operation: Operation) -> list[int]:
    now = world.services.clock.now()
    standing = consents(operation.demands, operation.approvals, operation.plan_digest, now)
    return [consent.missing for consent in standing]


@pytest.mark.requirement("4.3.n-of-m")
async def test_the_last_consent_that_is_needed_approves(world: World) -> None:
    waiting = await pending(world, {"approvals": 2, "approvers": ["bob", "carol", "dan"]})
    first = await approve(world.services, BOB, waiting.id, "fine with me")
    assert (first.state, missing(world, first)) == (S.PENDING_REVIEW, [1])
    with pytest.raises(Conflict, match="waits for approval"):
        await resume(world.services, ADAS, waiting.id)
    assert (await world.run(first)).state is S.PENDING_REVIEW
    ready = await approve(world.services, DAN, waiting.id)
    assert (ready.state, missing(world, ready)) == (S.READY_FOR_EXECUTION, [0])
    done = await world.run(await resume(world.services, ADAS, waiting.id))
    assert (done.state, len(world.engine.cloud.writes)) == (S.FINISHED, 1)
    events = [event for event, _ in await world.audited(done)]
    assert events[3:7] == ["operation.review", "operation.consent", "operation.approve", "operation.resume"]


@pytest.mark.requirement("4.3.n-of-m")
async def test_every_demand_is_met_and_one_person_may_count_for_several(world: World) -> None:
    waiting = await pending(world, {"approvals": 2}, {"approvers": ["carol"]})
    assert missing(world, await approve(world.services, BOB, waiting.id)) == [1, 1]
    ready = await approve(world.services, CAROL, waiting.id)
    assert (ready.state, missing(world, ready)) == (S.READY_FOR_EXECUTION, [0, 0])


@pytest.mark.requirement("4.3.n-of-m")
async def test_the_same_person_counts_once_through_whatever_client(world: World) -> None:
    waiting = await pending(world, {"approvals": 2})
    await approve(world.services, BOB, waiting.id)
    for again in (BOB, person("bob", "console")):
        with pytest.raises(Conflict, match="bob has approved this plan already"):
            await approve(world.services, again, waiting.id)
    stored = await world.stored(waiting)
    assert (stored.state, missing(world, stored)) == (S.PENDING_REVIEW, [1])


@pytest.mark.requirement("4.3.n-of-m")
async def test_who_is_not_named_is_told_who_is(world: World) -> None:
    waiting = await pending(world, {"approvals": 2, "approvers": ["bob", "carol", "dan"]})
    await approve(world.services, CAROL, waiting.id)
    with pytest.raises(Forbidden, match="whose approval is missing: bob or dan") as refused:
        await approve(world.services, person("eve"), waiting.id)
    assert refused.value.facts == {"approvers": ["bob", "dan"]}


@pytest.mark.requirement("4.3.n-of-m")
async def test_a_requester_who_is_named_is_not_one_of_them(world: World) -> None:
    waiting = await pending(world, {"approvals": 1, "approvers": ["ada", "bob"]}, by=ADA)
    with pytest.raises(Forbidden, match="ada asked for this change"):
        await approve(world.services, ADA, waiting.id)
    assert (await approve(world.services, BOB, waiting.id)).state is S.READY_FOR_EXECUTION


@pytest.mark.requirement("4.3.n-of-m")
async def test_a_consent_can_be_followed_by_a_rejection(world: World) -> None:
    waiting = await pending(world, {"approvals": 2})
    await approve(world.services, BOB, waiting.id)
    rejected = await reject(world.services, CAROL, waiting.id, "not today")
    assert rejected.error is not None
    assert (rejected.state, rejected.error.message) == (
        S.REJECTED,
        "carol rejected this change: not today",
    )
    with pytest.raises(Conflict):
        await approve(world.services, DAN, waiting.id)


@pytest.mark.requirement("4.3.expiry")
async def test_an_approved_operation_expires_with_the_first_approval_that_it_needs(world: World) -> None:
    waiting = await pending(world, {"approvals": 2})
    await approve(world.services, BOB, waiting.id)
    world.engine.clock.advance(APPROVAL_TTL_SECONDS - 10)
    ready = await approve(world.services, CAROL, waiting.id)
    world.engine.clock.advance(9)
    assert await expire_due(world.services) == ()
    world.engine.clock.advance(1)
    with pytest.raises(Conflict, match="ended as EXPIRED"):
        await resume(world.services, ADAS, ready.id)
    assert (await world.stored(ready)).state is S.EXPIRED


@pytest.mark.requirement("4.3.expiry")
async def test_a_consent_that_ran_out_before_the_other_was_given_no_longer_counts(world: World) -> None:
    waiting = await pending(world, {"approvals": 2})
    first = await approve(world.services, BOB, waiting.id)
    # Set back by somebody, the clock makes the plan wait for longer than the consent holds.
    early = first.approvals[0].model_copy(update={"expires_at": world.services.clock.now()})
    async with world.services.store.transaction() as transaction:
        lapsed = first.model_copy(update={"approvals": (early,)})
        await transaction.operations.save(lapsed, first.fencing_token)
    second = await approve(world.services, CAROL, waiting.id)
    assert (second.state, missing(world, second)) == (S.PENDING_REVIEW, [1])
    assert (await approve(world.services, BOB, waiting.id)).state is S.READY_FOR_EXECUTION


@pytest.mark.requirement("4.3.expiry")
async def test_all_that_is_due_expires_in_one_round_and_nothing_else(world: World) -> None:
    await world.create("left", {"name": "left"})
    waiting = await pending(world, {"approvals": 1})
    approved = await world.create("ready", {"name": "ready"})
    await approve(world.services, BOB, approved.id)
    world.engine.clock.advance(APPROVAL_TTL_SECONDS - 1)
    fresh = await world.create("fresh", {"name": "fresh"})
    world.engine.clock.advance(1)
    ended = await expire_due(world.services)
    assert [(o.id, o.state) for o in ended] == [(waiting.id, S.EXPIRED), (approved.id, S.EXPIRED)]
    assert await expire_due(world.services) == ()
    assert (await world.stored(fresh)).state is S.PENDING_REVIEW


@pytest.mark.requirement("4.3.overtaken")
@pytest.mark.parametrize("way", ["delete", "eject"])
async def test_what_waits_for_a_resource_ends_with_it(world: World, way: str) -> None:
    await world.create()
    await world.govern(UNDECIDED)
    waiting, ready = await world.update({"size": 1}), await world.update({"size": 2})
    await approve(world.services, BOB, ready.id)
    if way == "eject":
        ending = await world.run(await eject(world.services, ADA, "demo", resource_id="logs"))
    else:
        ending = await world.delete(by=ADAS)
        await approve(world.services, BOB, ending.id)
        ending = await world.run(await resume(world.services, ADAS, ending.id))
    assert ending.state is S.FINISHED
    for overtaken in (await world.stored(waiting), await world.stored(ready)):
        assert overtaken.error is not None
        assert (overtaken.state, overtaken.error.code) == (S.CANCELLED, "overtaken")
        assert ending.id in overtaken.error.message
        with pytest.raises(Conflict):
            await approve(world.services, BOB, overtaken.id)
        with pytest.raises(Conflict):
            await resume(world.services, ADAS, overtaken.id)


@pytest.mark.requirement("4.3.overtaken")
async def test_a_project_is_not_deleted_under_what_waits(world: World) -> None:
    waiting = await pending(world)
    with pytest.raises(Conflict, match=waiting.id):
        await delete_project(world.services, ADA, "demo")
    world.engine.clock.advance(APPROVAL_TTL_SECONDS)
    await expire_due(world.services)
    await delete_project(world.services, ADA, "demo")
    with pytest.raises(Conflict):
        await approve(world.services, BOB, waiting.id)


@pytest.mark.requirement("4.3.single-use", "4.security.39")
async def test_an_approval_is_used_up_by_an_effect_of_which_nobody_knows_and_allows_no_other(
    world: World,
) -> None:
    waiting = await pending(world, {"approvals": 2})
    for who in (BOB, CAROL):
        await approve(world.services, who, waiting.id)
    world.engine.runner.fault = Fault(known=False, trace=False)
    lost = await world.run(await resume(world.services, ADAS, waiting.id))
    assert (lost.state, [a.used_at is not None for a in lost.approvals]) == (S.INTERRUPTED, [True, True])
    again = await world.run(await retry(world.services, ADA, lost.id))
    assert (again.state, missing(world, again)) == (S.PENDING_REVIEW, [2])
    assert (again.plan_digest, again.approvals) == (lost.plan_digest, lost.approvals)
    assert (world.engine.cloud.writes, again.decision_id != lost.decision_id) == ([], True)
    for who in (BOB, CAROL):
        await approve(world.services, who, again.id)
    done = await world.run(await resume(world.services, ADAS, again.id))
    assert (done.state, len(world.engine.cloud.writes)) == (S.FINISHED, 1)
