"""Change sets on an engine of fakes: several changes, one decision, one order."""

from typing import Any

import pytest

from engine.core.errors import Conflict, InvalidInput, ProviderFailed
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.values import JsonObject
from engine.ports.runner import Job
from engine.service.approve import approve
from engine.service.cancel import cancel
from engine.service.change_sets.cascade import delete_cascade
from engine.service.change_sets.change_set import change_set
from engine.service.reject import reject
from engine.service.resume import resume
from engine.testing.engines import ALLOW, DENY, REVIEW
from tests.service.world import ADA, ADAS, BOB, World

pytestmark = pytest.mark.anyio


def made(name: str, kind: str, /, **config: Any) -> JsonObject:
    return {
        "operation": "create",
        "resource_id": name,
        "provider": "testing/fake",
        "resource_type": f"fake_{kind}",
        "config": config,
    }


NETWORK = [
    made("web", "bucket", name="web", tags={"net": {"$ref": "sub.id"}}),
    made("sub", "subnet", network_id={"$ref": "net.id"}, cidr={"$ref": "net.cidr"}),
    made("net", "network", cidr="10.0.0.0/8"),
]


async def asked(world: World, changes: list[Any], **more: Any) -> Operation:
    return await world.do(change_set(world.services, ADAS, "demo", changes=changes, **more))


async def parts(world: World, whole: Operation) -> dict[str, Operation]:
    async with world.services.store.transaction() as transaction:
        return {part.resource_id: part for part in await transaction.change_sets.list(whole.id)}


async def states(world: World, whole: Operation) -> dict[str, str]:
    return {name: part.state.value for name, part in (await parts(world, whole)).items()}


async def failing(_job: Job) -> None:
    raise ProviderFailed("the provider refused", untrusted="no subnet today")


def fails_at(world: World, name: str, moment: Any) -> None:
    async def hook(job: Job) -> None:
        if job.name == name:
            await failing(job)

    world.engine.runner.hooks[moment] = hook


@pytest.mark.requirement("4.4.order")
async def test_what_refers_to_each_other_is_made_in_its_order(world: World) -> None:
    done = await asked(world, NETWORK)
    assert (done.state, done.error) == (OperationState.FINISHED, None)
    assert [(verb, kind) for verb, kind, _ in world.engine.cloud.writes] == [
        ("create", "fake_network"),
        ("create", "fake_subnet"),
        ("create", "fake_bucket"),
    ]
    report = (await world.report(done)).change_set
    assert report is not None
    assert [(c.resource_id, c.step, c.plan) for c in report.changes] == [
        ("web", 3, "create"),
        ("sub", 2, "create"),
        ("net", 1, "create"),
    ]
    assert done.plan_summary is not None
    assert done.plan_summary.summary == "3 to create, 0 to update, 0 to delete"


@pytest.mark.requirement("4.4.whole-check")
async def test_a_set_with_problems_runs_nothing_and_tells_all_of_them(world: World) -> None:
    wrong = [
        made("sub", "subnet", network_id={"$ref": "net.idd"}, cidr={"$ref": "nett.cidr"}),
        made("net", "network", cidr="10.0.0.0/8", cidrr="1"),
        {"operation": "update", "resource_id": "gone", "config": {}},
    ]
    refused = await asked(world, wrong)
    assert (refused.state, world.engine.cloud.writes) == (OperationState.FAILED, [])
    assert refused.error is not None
    problems: Any = refused.error.facts["problems"]
    assert [problem["path"] for problem in problems] == [
        "changes.1.config.cidrr",
        "changes.0.config.cidr",
        "changes.2.resource_id",
        "changes.0.config.network_id",
    ]
    assert await parts(world, refused) == {}


@pytest.mark.requirement("4.4.whole-check")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ([], "changes"),
        ([{"operation": "delete", "resource_id": f"r{n}"} for n in range(501)], "changes"),
        (["delete it"], "changes.0"),
        ([{"operation": "destroy", "resource_id": "a"}], "changes.0.operation"),
        ([{"operation": "delete", "resource_id": "a", "cascade": True}], "changes.0.cascade"),
        ([{"operation": "update", "resource_id": "a"}], "changes.0.config"),
        ([{"operation": "delete", "resource_id": "../a"}], "changes.0.resource_id"),
        ([{"operation": "delete", "resource_id": "a"}] * 2, "changes.1.resource_id"),
    ],
)
async def test_malformed_changes_are_refused_before_anything_is_recorded(
    world: World, changes: list[Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await asked(world, changes)
    assert refused.value.field == field


@pytest.mark.requirement("4.4.whole-check")
async def test_a_change_without_its_operation_is_told_that_it_needs_one(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        await asked(world, [{"op": "delete", "resource_id": "a"}])
    assert refused.value.message == "changes.0.operation: is required"


@pytest.mark.requirement("4.4.whole-check")
async def test_a_creation_may_leave_its_configuration_out(world: World) -> None:
    bare = {name: value for name, value in made("a", "bucket").items() if name != "config"}
    refused = await asked(world, [bare])
    assert refused.error is not None
    assert refused.error.field == "changes.0.config.name"


@pytest.mark.requirement("4.4.stopped")
async def test_a_failure_stops_the_set_and_resume_does_the_rest(world: World) -> None:
    fails_at(world, "sub", "apply")
    stopped = await asked(world, NETWORK)
    assert (stopped.state, await states(world, stopped)) == (
        OperationState.STOPPED,
        {"net": "FINISHED", "sub": "INTERRUPTED", "web": "READY_FOR_EXECUTION"},
    )
    world.engine.runner.hooks.clear()
    with pytest.raises(Conflict):
        await world.run(await resume(world.services, ADA, (await parts(world, stopped))["web"].id))


@pytest.mark.requirement("4.4.stopped")
async def test_a_change_that_fails_at_its_turn_is_planned_anew(world: World) -> None:
    turns: list[str] = []

    async def hook(job: Job) -> None:
        turns.append(job.name)
        if turns.count("sub") == 2:
            await failing(job)

    world.engine.runner.hooks["plan"] = hook
    stopped = await asked(world, NETWORK)
    assert stopped.state is OperationState.STOPPED
    assert stopped.error is not None
    assert stopped.error.message.startswith("1 of 3 changes are done; failed: sub; not begun: web")
    assert stopped.error.facts == {"done": ["net"], "unknown": [], "failed": ["sub"], "not_begun": ["web"]}
    assert stopped.error.hint is not None
    assert "then resume it" in stopped.error.hint
    assert (await world.report(stopped)).next == "resume"
    done = await world.run(await resume(world.services, ADAS, stopped.id))
    assert (done.state, done.error) == (OperationState.FINISHED, None)
    assert await world.living() == ["net", "sub", "web"]
    assert len(world.engine.cloud.writes) == 3


async def test_a_stopped_set_that_is_left_says_what_was_done(world: World) -> None:
    turns: list[str] = []

    async def hook(job: Job) -> None:
        turns.append(job.name)
        if turns.count("sub") == 2:
            await failing(job)

    world.engine.runner.hooks["plan"] = hook
    left = await cancel(world.services, ADAS, (await asked(world, NETWORK)).id)
    assert left.state is OperationState.FAILED
    assert left.error is not None
    assert "1 of 3 changes are done" in left.error.message
    assert await states(world, left) == {"net": "FINISHED", "sub": "FAILED", "web": "CANCELLED"}


@pytest.mark.requirement("4.4.one-decision")
async def test_one_denial_denies_the_set(world: World) -> None:
    await world.govern(DENY)
    denied = await asked(world, NETWORK)
    assert (denied.state, world.engine.cloud.writes) == (OperationState.DENIED, [])
    decision = (await world.report(denied)).decision
    assert decision is not None
    assert decision.deny == ("web, sub, net: not in this project", "web, sub, net: ask the owner")


@pytest.mark.requirement("4.4.one-decision")
async def test_one_approval_is_for_the_whole_set_and_none_for_a_part(world: World) -> None:
    await world.govern(REVIEW)
    waiting = await asked(world, NETWORK)
    assert waiting.state is OperationState.PENDING_REVIEW
    part = (await parts(world, waiting))["net"]
    for steer in (approve, reject, cancel, resume):
        with pytest.raises(Conflict, match="is a part of change set"):
            await steer(world.services, ADA, part.id)
    approved = await approve(world.services, BOB, waiting.id)
    done = await world.run(await resume(world.services, ADAS, approved.id))
    assert (done.state, done.error) == (OperationState.FINISHED, None)


async def test_a_set_that_is_rejected_leaves_nothing_waiting(world: World) -> None:
    await world.govern(REVIEW)
    rejected = await reject(world.services, BOB, (await asked(world, NETWORK)).id)
    assert rejected.state is OperationState.REJECTED
    assert set((await states(world, rejected)).values()) == {"CANCELLED"}


@pytest.mark.requirement("4.4.gated-again")
async def test_real_values_go_through_the_gate_before_they_are_applied(world: World) -> None:
    await world.govern(ALLOW)
    done = await asked(world, NETWORK)
    assert done.state is OperationState.FINISHED
    seen: list[Any] = world.engine.evaluator.seen
    first, again = [i for i in seen if i["resource"]["resource_id"] == "sub"]
    assert (
        "network_id" in first["resource"]["proposed_state"],
        "network_id" in first["plan"]["unknown"],
    ) == (
        False,
        True,
    )
    assert first["resource"]["proposed_state"]["cidr"] == "10.0.0.0/8"
    assert again["resource"]["proposed_state"]["network_id"] == "fake_network-1"
    assert [(c["resource_id"], c["operation"]) for c in first["change_set"]["changes"]] == [
        ("web", "create"),
        ("sub", "create"),
        ("net", "create"),
    ]


async def test_a_dry_run_of_a_set_changes_nothing(world: World) -> None:
    rehearsed = await asked(world, NETWORK, dry_run=True)
    assert (rehearsed.state, world.engine.cloud.writes) == (OperationState.FINISHED, [])
    assert set((await states(world, rehearsed)).values()) == {"FINISHED"}


@pytest.mark.requirement("4.4.cascade")
async def test_a_cascade_deletes_what_depends_on_it_first(world: World) -> None:
    await asked(world, NETWORK)
    world.engine.cloud.writes.clear()
    done = await world.do(delete_cascade(world.services, ADAS, "demo", resource_ids=["net"]))
    assert (done.state, await world.living()) == (OperationState.FINISHED, [])
    assert [kind for _, kind, _ in world.engine.cloud.writes] == [
        "fake_bucket",
        "fake_subnet",
        "fake_network",
    ]


@pytest.mark.requirement("4.6.two-hundred")
async def test_a_set_of_two_hundred_is_one_decision_and_one_report(world: World) -> None:
    changes = [made("net", "network", cidr="10.0.0.0/8")]
    for number in range(199):
        network: Any = "elsewhere" if number % 10 else {"$ref": "net.id"}
        changes.append(made(f"sub{number}", "subnet", network_id=network, cidr=f"10.{number}.0.0/16"))
    done = await asked(world, changes, idempotency_key="once")
    again = await asked(world, changes, idempotency_key="once")
    assert (done.state, again.id) == (OperationState.FINISHED, done.id)
    assert len(world.engine.cloud.writes) == 200
    report = (await world.report(done)).change_set
    assert report is not None
    assert (report.summary, len(report.shortened(50).changes)) == ("200 of 200 changes are done", 50)
