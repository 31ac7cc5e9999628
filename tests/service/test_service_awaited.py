"""What status and history say of approvals: needed, given and missing, until when, used, void and why."""

from datetime import timedelta

import pytest

from engine.core.auth.principals import person
from engine.service.approve import approve
from engine.service.awaited import ReportedDemand, awaited
from engine.service.history import history
from engine.service.policies.replay import replay
from engine.service.policies.simulate import simulate
from engine.service.projects.show import show_project
from engine.service.resume import resume
from engine.testing.builders import MOMENT
from engine.testing.engines import ALLOW
from tests.service.test_service_consents import pending
from tests.service.world import ADA, ADAS, BOB, World

pytestmark = pytest.mark.anyio

CAROL = person("carol")
TOMORROW = (MOMENT + timedelta(hours=24)).isoformat()


@pytest.mark.requirement("4.3.visible")
async def test_status_and_history_say_what_is_missing_and_by_when(world: World) -> None:
    waiting = await pending(world, {"approvals": 2, "approvers": ["bob", "carol", "dan"]})
    await approve(world.services, BOB, waiting.id, "fine")
    shown = await world.report(waiting)
    assert shown.operation.demands == (
        ReportedDemand(
            approvals=2,
            approvers=("bob", "carol", "dan"),
            given=("bob",),
            missing=1,
            outstanding=("carol", "dan"),
            out_of_reach=False,
        ),
    )
    assert (shown.next, shown.operation.expires_at) == ("approve", TOMORROW)
    line = (await history(world.services, ADA, "demo", limit=1)).operations[0]
    assert (line.approved_by, line.waits_for, line.expires_at) == (
        ("bob",),
        "1 of 2 approvals is missing, by carol or dan",
        TOMORROW,
    )
    assert (await show_project(world.services, ADA, "demo")).waiting == (line,)
    await approve(world.services, CAROL, waiting.id)
    ready = (await world.report(waiting)).operation
    assert [(d.given, d.missing) for d in ready.demands] == [(("bob", "carol"), 0)]


@pytest.mark.requirement("4.3.visible")
async def test_an_undecided_plan_needs_anybodys_consent(world: World) -> None:
    waiting = await pending(world)
    shown = await world.report(waiting)
    assert shown.operation.demands == (
        ReportedDemand(approvals=1, approvers=(), given=(), missing=1, outstanding=(), out_of_reach=False),
    )
    assert awaited(world.services, await world.stored(waiting)).words == "an approval is missing"


@pytest.mark.requirement("4.3.visible")
async def test_used_and_void_approvals_stay_in_sight_with_the_reason(world: World) -> None:
    waiting = await pending(world)
    await approve(world.services, BOB, waiting.id)
    await world.govern(f"{ALLOW} ")
    again = await world.run(await resume(world.services, ADAS, waiting.id))
    (void,) = (await world.report(again)).operation.approvals
    assert (void.void, void.used_at) == (True, None)
    assert void.void_because == "the policies or the waivers of them are others"
    other = await world.create("more", {"name": "more"})
    await approve(world.services, BOB, other.id)
    done = await world.run(await resume(world.services, ADAS, other.id))
    report = (await world.report(done)).operation
    assert [(a.void, a.used_at) for a in report.approvals] == [(False, MOMENT.isoformat())]
    assert (report.demands, report.expires_at) == ((), None)


@pytest.mark.requirement("4.3.visible")
async def test_what_only_the_requester_could_approve_says_so(world: World) -> None:
    waiting = await pending(world, {"approvals": 2, "approvers": ["ada", "bob"]}, by=ADA)
    shown = await world.report(waiting)
    assert (shown.next, [d.out_of_reach for d in shown.operation.demands]) == ("fix", [True])
    assert awaited(world.services, waiting).words == (
        "2 of 2 approvals are missing, by bob: it can never be given, for too few of those named may"
    )


@pytest.mark.requirement("4.3.visible")
async def test_the_requester_is_not_named_among_those_who_are_waited_for(world: World) -> None:
    waiting = await pending(world, {"approvals": 1, "approvers": ["ada", "bob", "eve"]}, by=ADA)
    (demand,) = (await world.report(waiting)).operation.demands
    assert (demand.approvers, demand.outstanding) == (("ada", "bob", "eve"), ("bob", "eve"))
    assert awaited(world.services, waiting).words == "an approval is missing, by bob or eve"
    asked_by_assistant = await world.create("more", {"name": "more"})
    assert awaited(world.services, asked_by_assistant).words == "an approval is missing, by ada, bob or eve"


@pytest.mark.requirement("4.3.visible", "4.security.42")
async def test_replay_and_simulation_know_what_reviews_demand(world: World) -> None:
    waiting = await pending(world, {"approvals": 2, "approvers": ["bob", "carol"]})
    assert (await replay(world.services, ADA, waiting.id)).verdict == "same"
    async with world.services.store.transaction() as transaction:
        (version,) = (
            await transaction.policy_versions.load({p.id: 1 for p in await transaction.policies.list()})
        ).values()
    simulated = await simulate(world.services, ADA, [version], operation=waiting.id)
    assert simulated.decision.demands == waiting.demands
    world.engine.evaluator.answers(version.source, {"review": [{"msg": "r0", "approvals": 2}]})
    changed = await replay(world.services, ADA, waiting.id)
    assert (changed.verdict, changed.differences) == (
        "differs",
        ("rule v1 asked for 2 approvals by bob or carol (r0) and now asks for 2 approvals (r0)",),
    )
