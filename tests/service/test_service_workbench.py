"""Replaying, simulating and back-testing what was recorded."""

from typing import Any

import pytest

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.errors import Forbidden, NotFound, PolicyInvalid
from engine.core.limits import BACKTEST_PAGE
from engine.core.policy.backtest import Backtest
from engine.core.policy.decision import Outcome
from engine.core.policy.policies import Finding, PolicySource, RegoVersion
from engine.service.policies.add import add_policy
from engine.service.policies.backtest import backtest
from engine.service.policies.replay import replay
from engine.service.policies.samples import list_samples
from engine.service.policies.simulate import simulate
from engine.service.projects.create import create_project
from engine.service.projects.update import update_project
from engine.testing.engines import ALLOW, DENY, REVIEW
from tests.service.world import ADA, World, new_world

pytestmark = pytest.mark.anyio

READER_OF_NOTHING = Principal(subject="eve", kind=PrincipalKind.TOKEN, client="cli")


def source(text: str, name: str = "rule") -> PolicySource:
    return PolicySource(id="file", name=name, version=0, rego_version=RegoVersion.V1, source=text)


async def judged(world: World, text: str, name: str = "rule", **more: Any) -> Backtest:
    async def hear(done: int, total: int) -> None:
        world.said.append(f"{done}/{total}")

    arguments: dict[str, Any] = {"projects": ["demo"], **more}
    return await backtest(world.services, ADA, source(text, name), heard=hear, **arguments)


@pytest.mark.requirement("3.3.replay")
async def test_a_recorded_decision_gives_the_same_again_in_its_own_versions(world: World) -> None:
    await world.govern(DENY)
    denied = await world.create()
    await world.govern(ALLOW)
    told = await replay(world.services, ADA, denied.id)
    assert (told.recorded, told.replayed, told.verdict) == (Outcome.DENIED, Outcome.DENIED, "same")
    assert denied.decision_id is not None
    assert await replay(world.services, ADA, denied.decision_id) == told


@pytest.mark.requirement("3.3.replay")
async def test_an_evaluator_that_says_something_else_now_is_found_out() -> None:
    said: dict[str, Any] = {"package intent # moody": {"allow": ["fine"]}}
    world = await new_world(said=said)
    await world.govern("package intent # moody")
    made = await world.create()
    world.engine.evaluator.answers("package intent # moody", {"deny": ["no more"]})
    told = await replay(world.services, ADA, made.id)
    assert (told.verdict, told.differences[0]) == ("differs", "the outcome was allowed and is now denied")


@pytest.mark.requirement("3.3.simulate")
async def test_any_policy_is_asked_about_a_recorded_operation_beside_its_decision(world: World) -> None:
    await world.govern(DENY)
    denied = await world.create()
    told = await simulate(world.services, ADA, [source(REVIEW)], operation=denied.id)
    assert (told.recorded.sort, told.recorded.outcome, told.recorded.policies) == (
        "decision",
        Outcome.DENIED,
        ("rule v1",),
    )
    assert (told.decision.outcome, told.decision.review) == (
        Outcome.PENDING_REVIEW,
        ("a person has to look",),
    )


@pytest.mark.requirement("3.3.simulate")
async def test_any_policy_is_asked_about_a_sample(world: World) -> None:
    await update_project(world.services, ADA, "demo", sample_policies=True)
    await world.govern(ALLOW)
    await world.create("key", {"name": "key", "value": "c4n4ry-s3cret"}, resource_type="fake_secret")
    (sample,) = await list_samples(world.services, ADA, "rule")
    told = await simulate(world.services, ADA, [source(DENY)], sample=sample.id)
    assert (told.recorded.sort, told.recorded.outcome, told.decision.outcome) == (
        "sample",
        Outcome.ALLOWED,
        Outcome.DENIED,
    )
    assert told.redacted == ("resource.proposed_state.value",)
    assert "c4n4ry" not in told.model_dump_json()


@pytest.mark.requirement("3.3.backtest")
async def test_every_outcome_that_would_change_is_named_with_its_reasons(world: World) -> None:
    await world.govern(ALLOW)
    first = await world.create("a", {"name": "a"})
    await world.govern(REVIEW)
    second = await world.create("b", {"name": "b"})
    told = await judged(world, DENY)
    assert (told.decisions, told.judged, told.failures, told.projects) == (2, 2, 0, ("demo",))
    assert told.changed == {"allowed → denied": 1, "pending_review → denied": 1}
    assert [(c.operation_id, c.before, c.after) for c in told.changes] == [
        (first.id, Outcome.ALLOWED, Outcome.DENIED),
        (second.id, Outcome.PENDING_REVIEW, Outcome.DENIED),
    ]
    assert (told.changes[0].gained, told.changes[0].lost) == (
        ("deny: not in this project", "deny: ask the owner"),
        ("allow: it is fine",),
    )
    assert (told.changes[0].operation, told.changes[0].resource_id) == ("create", "a")
    assert world.said[-2:] == ["1/2", "2/2"]
    assert (await judged(world, ALLOW)).changed == {"pending_review → allowed": 1}


@pytest.mark.requirement("3.3.backtest")
async def test_other_policies_keep_their_say(world: World) -> None:
    await world.govern(DENY, "other")
    await world.govern(ALLOW)
    await world.create()
    told = await judged(world, REVIEW)
    assert (told.judged, told.changed) == (1, {})


@pytest.mark.requirement("3.3.backtest")
async def test_a_new_policy_is_judged_as_if_it_had_been_attached_only_where_that_is_asked(
    world: World,
) -> None:
    await world.create()
    await world.govern(ALLOW)
    await world.update({"size": 2})
    with pytest.raises(NotFound, match="there is no policy fresh"):
        await judged(world, DENY, "fresh")
    await add_policy(world.services, ADA, "fresh", ALLOW, RegoVersion.V1)
    told = await judged(world, DENY, "fresh")
    assert (told.decisions, told.judged, told.changed) == (2, 0, {})
    attached = await judged(world, DENY, "fresh", attach=True)
    assert (attached.judged, attached.changed) == (2, {"allowed → denied": 2})


@pytest.mark.requirement("3.3.backtest")
async def test_a_policy_that_fails_is_counted_and_denies(world: World) -> None:
    await world.govern(ALLOW)
    await world.create()
    told = await judged(world, "package intent # fails")
    assert (told.failures, told.changed) == (1, {"allowed → denied": 1})


@pytest.mark.requirement("3.3.backtest")
async def test_projects_are_chosen_by_name_and_all_decisions_are_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.service.policies.backtest.BACKTEST_PAGE", 2)
    assert BACKTEST_PAGE > 2
    await world.govern(ALLOW)
    for name in ("a", "b", "c"):
        await world.create(name, {"name": name})
    await create_project(world.services, ADA, "empty")
    assert (await judged(world, DENY)).changed == {"allowed → denied": 3}
    assert (await judged(world, DENY, projects=["empty"])).decisions == 0
    everything = await judged(world, DENY, projects=None)
    assert (everything.decisions, everything.projects) == (3, ("demo", "empty"))
    with pytest.raises(NotFound):
        await judged(world, DENY, projects=["nowhere"])


@pytest.mark.requirement("3.3.backtest")
async def test_a_policy_that_could_not_be_stored_is_refused() -> None:
    broken = "package intent # broken"
    world = await new_world()
    finding = Finding(policy="", line=1, column=1, code="syntax", message="m", hint="h")
    world.engine.evaluator.finds(broken, [finding])
    with pytest.raises(PolicyInvalid, match="syntax"):
        await judged(world, broken)


@pytest.mark.requirement("3.3.backtest", "3.3.replay", "3.3.simulate")
async def test_who_may_not_read_is_told_nothing(world: World) -> None:
    await world.govern(DENY)
    denied = await world.create()
    assert Scope.POLICIES_READ not in READER_OF_NOTHING.scopes

    async def hear(_done: int, _total: int) -> None:
        """Hear nothing."""

    for asked in (
        replay(world.services, READER_OF_NOTHING, denied.id),
        simulate(world.services, READER_OF_NOTHING, [source(DENY)], operation=denied.id),
        backtest(world.services, READER_OF_NOTHING, source(DENY), projects=None, heard=hear),
    ):
        with pytest.raises(Forbidden):
            await asked
