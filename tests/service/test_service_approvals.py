"""Approve, reject, cancel and resume: who may, what an approval covers, and every refusal."""

from typing import Any

import pytest

from engine.core.approvals import voided
from engine.core.auth.principals import Principal, PrincipalKind, person
from engine.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from engine.core.limits import APPROVAL_TTL_SECONDS
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.service.approve import approve
from engine.service.cancel import cancel
from engine.service.create import create
from engine.service.reject import reject
from engine.service.resume import resume
from engine.testing.builders import identifier
from engine.testing.engines import ALLOW, DENY, REVIEW, UNDECIDED
from tests.service.world import ADA, ADAS, BOB, World

pytestmark = pytest.mark.anyio

S = OperationState
READER = Principal(subject="eve", kind=PrincipalKind.USER, client="cli")
BOT = Principal(subject="bob", kind=PrincipalKind.ASSISTANT, client="claude", scopes=BOB.scopes)
ANOTHER_PLAN = "the plan, or what it was made from, is another one"
OTHER_POLICIES = "the policies or the waivers of them are others"
MACHINE = Principal(subject="ci", kind=PrincipalKind.TOKEN, client="cli", scopes=BOB.scopes)


async def pending(world: World, by: Principal = ADAS) -> Operation:
    await world.govern(UNDECIDED)
    waiting = await world.create(by=by)
    assert waiting.state is S.PENDING_REVIEW
    return waiting


async def resumed(world: World, operation: Operation) -> Operation:
    return await world.run(await resume(world.services, ADAS, operation.id))


@pytest.mark.requirement("2.3.approve", "2.3.resume")
async def test_an_approved_operation_is_resumed_and_carried_out(world: World) -> None:
    waiting = await pending(world)
    ready = await approve(world.services, BOB, waiting.id, "looks fine")
    report = await world.report(ready)
    assert (ready.state, report.next) == (S.READY_FOR_EXECUTION, "resume")
    assert [(a.approver, a.note) for a in report.operation.approvals] == [("bob", "looks fine")]
    assert world.engine.cloud.writes == []
    done = await resumed(world, ready)
    assert (done.state, len(world.engine.cloud.writes)) == (S.FINISHED, 1)
    # The approved plan went on without being decided again.
    assert (done.plan_digest, done.decision_id) == (waiting.plan_digest, waiting.decision_id)
    assert len(world.engine.evaluator.seen) == 1


async def test_people_approve_for_their_assistant_but_never_for_themselves(world: World) -> None:
    waiting = await pending(world, ADA)
    with pytest.raises(Forbidden):
        await approve(world.services, ADA, waiting.id)
    with pytest.raises(Forbidden):
        await approve(world.services, person("ada", "another client"), waiting.id)
    other = await world.create("more", {"name": "more"}, by=ADAS)
    with pytest.raises(Forbidden):
        await approve(world.engine.strict(), ADA, other.id)
    assert (await approve(world.services, ADA, other.id)).state is S.READY_FOR_EXECUTION
    assert (await approve(world.engine.strict(), BOB, waiting.id)).state is S.READY_FOR_EXECUTION


@pytest.mark.parametrize("approver", [ADAS, READER, BOT, MACHINE])
async def test_only_a_person_with_the_right_approves(world: World, approver: Principal) -> None:
    waiting = await pending(world)
    with pytest.raises(Forbidden):
        await approve(world.services, approver, waiting.id)
    assert (await world.stored(waiting)).state is S.PENDING_REVIEW


async def test_what_does_not_wait_is_not_approved(world: World) -> None:
    done = await world.create()
    with pytest.raises(Conflict) as refused:
        await approve(world.services, BOB, done.id)
    assert refused.value.facts == {"state": "FINISHED"}
    with pytest.raises(NotFound):
        await approve(world.services, BOB, identifier(999))
    with pytest.raises(InvalidInput):
        await approve(world.services, BOB, "not-an-id")


async def test_an_approval_is_given_once(world: World) -> None:
    waiting = await pending(world)
    await approve(world.services, BOB, waiting.id)
    with pytest.raises(Conflict):
        await approve(world.services, BOB, waiting.id)
    assert (await resumed(world, waiting)).state is S.FINISHED
    with pytest.raises(Conflict):
        await resume(world.services, ADAS, waiting.id)


async def test_a_note_is_bounded(world: World) -> None:
    waiting = await pending(world)
    for decide in (approve, reject):
        with pytest.raises(InvalidInput) as refused:
            await decide(world.services, BOB, waiting.id, "x" * 2_001)
        assert refused.value.field == "note"


async def test_what_waits_for_longer_than_a_day_expires(world: World) -> None:
    waiting = await pending(world)
    world.engine.clock.advance(APPROVAL_TTL_SECONDS - 1)
    ready = await approve(world.services, BOB, waiting.id)
    world.engine.clock.advance(APPROVAL_TTL_SECONDS)
    with pytest.raises(Conflict):
        await resume(world.services, ADAS, ready.id)
    assert (await world.stored(ready)).state is S.EXPIRED
    late = await world.create("more", {"name": "more"})
    world.engine.clock.advance(APPROVAL_TTL_SECONDS)
    with pytest.raises(Conflict):
        await approve(world.services, BOB, late.id)
    assert ((await world.stored(late)).state, world.engine.cloud.writes) == (S.EXPIRED, [])


async def test_an_approval_that_expired_meanwhile_covers_nothing(world: World) -> None:
    waiting = await pending(world)
    ready = await approve(world.services, BOB, waiting.id)
    world.engine.clock.advance(APPROVAL_TTL_SECONDS)
    again = await world.run(ready)
    assert (again.state, again.approvals) == (
        S.PENDING_REVIEW,
        voided(ready.approvals, "", world.services.clock.now()),
    )


async def test_an_approval_is_void_when_the_plan_is_another_one(world: World) -> None:
    await world.create()
    await world.govern(UNDECIDED)
    waiting = await world.update({"size": 2})
    ready = await approve(world.services, BOB, waiting.id)
    world.engine.cloud.objects["fake_bucket", "logs"]["acl"] = "public"
    again = await resumed(world, waiting)
    assert (again.state, len(world.engine.evaluator.seen)) == (S.PENDING_REVIEW, 3)
    assert again.approvals == voided(ready.approvals, ANOTHER_PLAN, world.services.clock.now())
    assert again.plan_digest != waiting.plan_digest
    await approve(world.services, BOB, again.id)
    assert (await resumed(world, again)).state is S.FINISHED


@pytest.mark.parametrize(
    ("source", "state"), [(DENY, S.DENIED), (ALLOW, S.FINISHED), (REVIEW, S.PENDING_REVIEW)]
)
async def test_an_approval_is_void_when_a_policy_changed(
    world: World, source: str, state: OperationState
) -> None:
    waiting = await pending(world)
    ready = await approve(world.services, BOB, waiting.id)
    await world.govern(source)
    again = await resumed(world, waiting)
    assert (again.state, again.approvals) == (
        state,
        voided(ready.approvals, OTHER_POLICIES, world.services.clock.now()),
    )
    assert again.decision_id != waiting.decision_id


async def test_the_plan_is_void_when_the_resource_has_another_version(world: World) -> None:
    await world.create()
    await world.govern(UNDECIDED)
    first, second = await world.update({"size": 2}), await world.update({"size": 2})
    for operation in (first, second):
        await approve(world.services, BOB, operation.id)
    assert (await resumed(world, first)).state is S.FINISHED
    # The second has nothing left to do; it is not applied on the strength of an old approval.
    late = await resumed(world, second)
    assert (late.state, late.applied_at, len(world.engine.cloud.writes)) == (S.FINISHED, None, 2)


@pytest.mark.requirement("2.3.approve")
async def test_a_waiting_or_an_approved_operation_is_rejected(world: World) -> None:
    waiting = await pending(world)
    with pytest.raises(Forbidden):
        await reject(world.services, ADAS, waiting.id)
    rejected = await reject(world.services, BOB, waiting.id, "too dear")
    assert rejected.error is not None
    assert (rejected.state, rejected.error.message) == (S.REJECTED, "bob rejected this change: too dear")
    other = await world.create("more", {"name": "more"})
    await approve(world.services, BOB, other.id)
    assert (await reject(world.services, ADA, other.id)).state is S.REJECTED
    for refuse in (reject(world.services, BOB, other.id), resume(world.services, ADAS, other.id)):
        with pytest.raises(Conflict):
            await refuse
    assert world.engine.cloud.writes == []


async def test_what_has_not_begun_is_cancelled(world: World) -> None:
    waiting = await pending(world)
    with pytest.raises(Forbidden):
        await cancel(world.services, READER, waiting.id)
    assert (await cancel(world.services, ADAS, waiting.id)).state is S.CANCELLED
    with pytest.raises(Conflict):
        await cancel(world.services, ADAS, waiting.id)
    fields: dict[str, Any] = {"provider": "testing/fake", "resource_type": "fake_bucket", "config": {}}
    queued = await create(world.services, ADAS, "demo", resource_id="a", **fields)
    assert (await cancel(world.services, BOB, queued.id)).state is S.CANCELLED
    assert (await world.run(queued)).state is S.CANCELLED


async def test_what_waits_for_approval_or_is_over_is_not_resumed(world: World) -> None:
    waiting = await pending(world)
    with pytest.raises(Conflict) as refused:
        await resume(world.services, ADAS, waiting.id)
    assert refused.value.hint == "`intent approve` it first, as another person"
    with pytest.raises(Forbidden):
        await resume(world.services, READER, waiting.id)
    assert (await world.run(waiting)).state is S.PENDING_REVIEW


async def test_a_queued_operation_is_resumed_by_carrying_it_out(world: World) -> None:
    fields: dict[str, Any] = {"provider": "testing/fake", "resource_type": "fake_bucket"}
    queued = await create(world.services, ADAS, "demo", resource_id="a", config={"name": "a"}, **fields)
    assert (await resumed(world, queued)).state is S.FINISHED
