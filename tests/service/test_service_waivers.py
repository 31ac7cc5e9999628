"""Waivers: given by people, for one resource or type, ending by themselves, and never unseen."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.errors import Forbidden, InvalidInput, NotFound
from engine.core.operations.states import OperationState
from engine.core.policy.decision import Outcome
from engine.core.policy.policies import RegoVersion
from engine.core.policy.waivers import UsedWaiver, Waiver
from engine.service.history import history
from engine.service.policies.add import add_policy
from engine.service.policies.delete import delete_policy
from engine.service.policies.replay import replay
from engine.service.policies.unwaive import unwaive_policy
from engine.service.policies.waive import waive_policy
from engine.service.policies.waivers import ListedWaiver, list_waivers
from engine.service.policies.why import why
from engine.service.projects.create import create_project
from engine.service.projects.delete import delete_project
from engine.testing.builders import MOMENT, identifier
from engine.testing.engines import ALLOW, BROKEN, DENY
from tests.service.world import ADA, ADAS, BOB, World

pytestmark = pytest.mark.anyio

S = OperationState
END = MOMENT + timedelta(days=1)
MACHINE = Principal(subject="ci", kind=PrincipalKind.TOKEN, client="cli", scopes=ADA.scopes)
READER = Principal(
    subject="eve", kind=PrincipalKind.USER, client="cli", scopes=frozenset({Scope.POLICIES_READ})
)
TERMS: dict[str, Any] = {"owner": "team web", "reason": "until the move", "expires_at": END}


async def waive(world: World, by: Principal = ADA, **changes: Any) -> Waiver:
    given = {"policy_name": "rule", "project_name": "demo", **TERMS, **changes}
    if "resource_id" not in changes and "resource_type" not in changes:
        given["resource_id"] = "logs"
    return await waive_policy(world.services, by, **given)


@pytest.mark.requirement("3.2.waivers")
async def test_a_waiver_lets_one_resource_pass_with_warnings_until_it_expires(world: World) -> None:
    await world.govern(DENY)
    await world.govern(ALLOW, "other")
    assert (await world.create()).state is S.DENIED
    waiver = await waive(world)
    done = await world.create()
    decision = (await world.report(done)).decision
    assert decision is not None
    until = END.isoformat(timespec="seconds")
    assert (done.state, decision.outcome, decision.deny) == (S.FINISHED, Outcome.ALLOWED, ())
    assert decision.warn == (
        f"not in this project (waived by team web until {until}: until the move)",
        f"ask the owner (waived by team web until {until}: until the move)",
    )
    used = UsedWaiver(
        id=waiver.id,
        policy_id=waiver.policy_id,
        policy="rule",
        reasons=("not in this project", "ask the owner"),
        **TERMS,
    )
    assert decision.waivers == (used,)
    assert (await why(world.services, ADA, done.id)).waivers == (used,)
    assert (await replay(world.services, ADA, done.id)).verdict == "same"
    assert (await world.create("more", {"name": "more"})).state is S.DENIED
    world.engine.clock.advance(86_400)
    late = await world.report(await world.update({"acl": "public"}))
    assert late.decision is not None
    assert (late.operation.state, late.decision.waivers) == (S.DENIED, ())


@pytest.mark.requirement("3.2.waivers")
async def test_a_waived_denial_is_in_the_history_and_in_the_audit_row_of_the_decision(world: World) -> None:
    await world.govern(DENY)
    waiver = await waive(world)
    done = await world.create()
    assert done.state is S.PENDING_REVIEW
    (line,) = (await history(world.services, ADA, "demo", limit=9)).operations
    assert line.decision is not None
    assert (line.decision.policies, line.decision.waived) == (("rule v1",), ("rule by team web",))
    async with world.services.store.transaction() as transaction:
        entries = await transaction.audit.entries()
    (given,) = [e for e in entries if e.event == "policy.waived"]
    assert (given.actor, given.subject, given.project_id) == ("user:cli:ada", "rule", done.project_id)
    assert given.facts["expires_at"] == END.isoformat().replace("+00:00", "Z")
    assert (given.facts["owner"], given.facts["reason"]) == ("team web", "until the move")
    (decided,) = [e for e in entries if e.subject == done.id and "waivers" in e.facts]
    assert decided.facts["policies"] == ["rule v1"]
    assert decided.facts["waivers"] == [{"id": waiver.id, "policy": "rule", "owner": "team web"}]


@pytest.mark.requirement("3.2.waivers")
async def test_a_waiver_of_a_type_covers_its_resources_and_a_failure_is_never_waived(world: World) -> None:
    await world.govern(DENY)
    await world.govern(ALLOW, "other")
    await waive(world, resource_type="fake_bucket")
    for name in ("a", "b"):
        assert (await world.create(name, {"name": name})).state is S.FINISHED
    network: dict[str, Any] = {"config": {"cidr": "10.0.0.0/8"}, "resource_type": "fake_network"}
    assert (await world.create("net", **network)).state is S.DENIED
    await world.govern(BROKEN)
    broken = await world.report(await world.create("c", {"name": "c"}))
    assert broken.decision is not None
    assert broken.decision.deny == ("rule: policy_error: division by zero",)


@pytest.mark.requirement("3.2.waivers")
async def test_a_waiver_taken_back_denies_again_and_goes_with_its_policy_and_its_project(
    world: World,
) -> None:
    await world.govern(DENY)
    waiver = await waive(world)
    assert await unwaive_policy(world.services, BOB, waiver.id) == waiver
    async with world.services.store.transaction() as transaction:
        (taken,) = [e for e in await transaction.audit.entries() if e.event == "policy.unwaived"]
        policy = await transaction.policies.find("rule")
    assert policy is not None
    named = {"policy_id": policy.id, "version": 1, "digest": policy.digest}
    assert (taken.actor, taken.subject) == (BOB.key, "rule")
    assert (taken.project_id, taken.facts) == (waiver.project_id, {**named, "id": waiver.id})
    assert (await world.create()).state is S.DENIED
    with pytest.raises(NotFound):
        await unwaive_policy(world.services, ADA, waiver.id)
    await waive(world)
    await delete_policy(world.services, ADA, "rule", detach=True)
    assert (await list_waivers(world.services, ADA)).waivers == ()
    # The next policy of the name is another policy.
    await world.govern(DENY)
    assert (await world.create()).state is S.DENIED
    await create_project(world.services, ADA, "web")
    await waive(world, project_name="web")
    await delete_project(world.services, ADA, "web")
    assert (await list_waivers(world.services, ADA)).waivers == ()


@pytest.mark.requirement("3.2.waivers")
async def test_waivers_are_listed_with_whether_they_have_expired(world: World) -> None:
    await world.govern(DENY)
    await create_project(world.services, ADA, "web")
    first = await waive(world)
    later = END + timedelta(days=1)
    await waive(world, resource_type="fake_bucket", project_name="web", expires_at=later)
    world.engine.clock.advance(86_400)
    listed = (await list_waivers(world.services, READER)).waivers
    assert [(w.project, w.resource_id, w.resource_type, w.expired) for w in listed] == [
        ("demo", "logs", "", True),
        ("web", "", "fake_bucket", False),
    ]
    assert (await list_waivers(world.services, READER, "demo")).waivers == (
        ListedWaiver(
            id=first.id,
            policy="rule",
            project="demo",
            resource_id="logs",
            resource_type="",
            owner="team web",
            reason="until the move",
            created_at=MOMENT.isoformat(),
            created_by="user:cli:ada",
            expires_at=END.isoformat(),
            expired=True,
        ),
    )


async def test_a_waiver_may_come_before_its_resource_and_outlive_a_new_version(world: World) -> None:
    await add_policy(world.services, ADA, "rule", DENY, RegoVersion.V1)
    await waive(world, resource_id="not-there-yet")
    await world.govern(f"{DENY} ")
    await world.govern(DENY)
    await world.govern(ALLOW, "other")
    assert (await world.create("not-there-yet", {"name": "a"})).state is S.FINISHED


@pytest.mark.requirement("3.2.waivers")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"resource_id": "logs", "resource_type": "fake_bucket"}, "resource_id"),
        ({"resource_id": "", "resource_type": ""}, "resource_id"),
        ({"resource_id": "no such id"}, "resource_id"),
        ({"resource_type": "fake_*"}, "resource_type"),
        ({"resource_type": "x" * 129}, "resource_type"),
        ({"owner": ""}, "owner"),
        ({"owner": " \n"}, "owner"),
        ({"owner": "x" * 201}, "owner"),
        ({"owner": "\ud800"}, "owner"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 2_001}, "reason"),
        ({"expires_at": MOMENT}, "expires"),
        ({"expires_at": MOMENT + timedelta(days=91)}, "expires"),
        ({"expires_at": datetime(2026, 1, 3)}, "expires"),  # noqa: DTZ001 - that it has no zone is the point
    ],
)
async def test_a_waiver_that_is_not_acceptable_is_refused_by_name(
    world: World, changes: dict[str, Any], field: str
) -> None:
    await world.govern(DENY)
    with pytest.raises(InvalidInput) as refused:
        await waive(world, **changes)
    assert refused.value.field == field
    assert refused.value.hint
    assert (await list_waivers(world.services, ADA)).waivers == ()


@pytest.mark.requirement("3.2.waivers", "3.2.rights")
@pytest.mark.parametrize("principal", [ADAS, MACHINE, READER], ids=["assistant", "token", "reader"])
async def test_only_a_person_with_the_right_waives(world: World, principal: Principal) -> None:
    await world.govern(DENY)
    with pytest.raises(Forbidden):
        await waive(world, principal)
    waiver = await waive(world)
    if principal is not MACHINE:
        with pytest.raises(Forbidden):
            await unwaive_policy(world.services, principal, waiver.id)


async def test_what_there_is_not_cannot_be_waived(world: World) -> None:
    await world.govern(DENY)
    for argument, field in (("policy_name", "policy"), ("project_name", "project")):
        with pytest.raises(NotFound) as refused:
            await waive(world, ADA, **{argument: "nowhere"})
        assert refused.value.field == field
    for waiver_id in (identifier(999), "nothing"):
        with pytest.raises(NotFound):
            await unwaive_policy(world.services, ADA, waiver_id)
    with pytest.raises(NotFound):
        await list_waivers(world.services, ADA, "dem")
    with pytest.raises(Forbidden):
        await list_waivers(world.services, Principal(subject="e", kind=PrincipalKind.USER, client="c"))
