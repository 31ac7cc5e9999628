"""Samples: which policies leave one, what is in it, and how long it stays."""

from datetime import timedelta

import pytest

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.errors import Forbidden, InvalidInput, NotFound
from engine.core.limits import SAMPLE_KEEP_DAYS
from engine.core.policy.decision import Outcome
from engine.core.policy.samples import Sample
from engine.service.policies.samples import list_samples
from engine.service.policies.show_sample import show_sample
from engine.service.projects.update import update_project
from engine.testing.builders import identifier
from engine.testing.engines import ALLOW, DENY
from tests.service.world import ADA, World, new_world

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("3.3.samples")]

SAMPLED = "package intent # wants samples"


async def sampled_world() -> World:
    world = await new_world(said={SAMPLED: {"deny": ["not yet"], "sample": True}})
    await world.govern(SAMPLED, "wanted")
    await world.govern(ALLOW, "silent")
    return world


async def kept(world: World, name: str, outcome: Outcome | None = None) -> tuple[Sample, ...]:
    return await list_samples(world.services, ADA, name, outcome=outcome)


async def test_a_policy_that_says_sample_leaves_one_with_all_that_it_takes_to_repeat_it() -> None:
    world = await sampled_world()
    denied = await world.create()
    (sample,) = await kept(world, "wanted")
    report = await world.report(denied)
    assert report.decision is not None
    assert sample.answer == report.decision.policies[1]
    assert (sample.policy_version, sample.operation_id, sample.outcome) == (1, denied.id, Outcome.DENIED)
    assert sample.project_id == denied.project_id
    assert sample.policy_input["resource"] == {
        "resource_id": "logs",
        "resource_type": "fake_bucket",
        "provider": "testing/fake",
        "provider_version": "2.0.0",
        "operation": "create",
        "current_state": None,
        "proposed_state": denied.proposed_state,
    }
    assert await kept(world, "silent") == ()
    assert await show_sample(world.services, ADA, sample.id) == sample


async def test_a_project_may_want_samples_of_every_policy() -> None:
    world = await sampled_world()
    await update_project(world.services, ADA, "demo", sample_policies=True)
    await world.create()
    (allowed,) = await kept(world, "silent")
    assert allowed.outcome is Outcome.ALLOWED
    assert await kept(world, "silent", Outcome.DENIED) == ()
    assert await kept(world, "silent", Outcome.ALLOWED) == (allowed,)
    await update_project(world.services, ADA, "demo", labels=("x",))
    await world.create("more", {"name": "more"})
    await update_project(world.services, ADA, "demo", sample_policies=False)
    await world.create("last", {"name": "last"})
    assert len(await kept(world, "silent")) == 2


async def test_samples_hold_no_secret() -> None:
    world = await sampled_world()
    await world.create("key", {"name": "key", "value": "c4n4ry-s3cret"}, resource_type="fake_secret")
    (sample,) = await kept(world, "wanted")
    assert "c4n4ry" not in sample.model_dump_json()


async def test_of_one_policy_only_the_newest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.service.policies.keep_samples.SAMPLES_PER_POLICY", 2)
    world = await sampled_world()
    made = []
    for name in ("a", "b", "c"):
        made.append((await world.create(name, {"name": name})).id)
        world.engine.clock.advance(1)
    assert [sample.operation_id for sample in await kept(world, "wanted")] == made[:0:-1]


async def test_samples_go_after_a_week() -> None:
    world = await sampled_world()
    await world.create()
    (sample,) = await kept(world, "wanted")
    world.engine.clock.advance(timedelta(days=SAMPLE_KEEP_DAYS).total_seconds() + 1)
    assert await kept(world, "wanted") == ()
    with pytest.raises(NotFound, match="there is no sample"):
        await show_sample(world.services, ADA, sample.id)
    await world.create("other", {"name": "other"})
    async with world.services.store.transaction() as transaction:
        assert await transaction.samples.find(sample.id) is None


async def test_a_sample_that_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        await show_sample(world.services, ADA, "nonsense")
    assert refused.value.field == "sample"
    with pytest.raises(NotFound):
        await show_sample(world.services, ADA, identifier(5))
    with pytest.raises(NotFound, match="there is no policy"):
        await kept(world, "nothing")


@pytest.mark.parametrize("missing", [Scope.POLICIES_READ, Scope.RESOURCES_READ])
async def test_samples_need_the_right_to_read_policies_and_resources(world: World, missing: Scope) -> None:
    await world.govern(DENY)
    reader = Principal(
        subject="eve", kind=PrincipalKind.TOKEN, client="cli", scopes=frozenset(Scope) - {missing}
    )
    with pytest.raises(Forbidden):
        await list_samples(world.services, reader, "rule")
    with pytest.raises(Forbidden):
        await show_sample(world.services, reader, identifier(5))
