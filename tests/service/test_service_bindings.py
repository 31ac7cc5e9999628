"""What binds a project: by hand, by label, in its space; and what of it applies."""

from typing import Any

import pytest

from engine.core.errors import InvalidInput
from engine.core.operations.states import OperationState
from engine.core.policy.decision import Outcome
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import Policy, RegoVersion, policy_of
from engine.core.policy.selection import SkippedPolicy
from engine.ports.runner import Job
from engine.service.policies.add import add_policy
from engine.service.policies.attach import attach_policy
from engine.service.policies.bindings import PolicyBinding, policy_bindings
from engine.service.policies.detach import detach_policy
from engine.service.policies.label import label_policy
from engine.service.policies.list import list_policies
from engine.service.policies.switch import switch_policy
from engine.service.projects.update import update_project
from engine.testing import builders as new
from engine.testing.engines import ALLOW, DENY, SAID
from engine.testing.evaluators import Said, ScriptedEvaluator
from tests.service.world import ADA, World, new_world

pytestmark = pytest.mark.anyio

S = OperationState
BUCKETS = "package intent # about buckets"
SECRETS = "package intent # about secrets"
DELETES = "package intent # about deletes"
ABOUT = {
    BUCKETS: PolicyMetadata(resource_types=("fake_b*",)),
    SECRETS: PolicyMetadata(resource_types=("fake_secret",)),
    DELETES: PolicyMetadata(operations=("delete",)),
}


@pytest.fixture
async def world() -> World:
    said: dict[str, Said] = {BUCKETS: {"allow": ["a bucket"]}, SECRETS: {"deny": ["no"]}}
    return await new_world(evaluator=ScriptedEvaluator({**SAID, **said}, about=ABOUT))


async def add(world: World, source: str, name: str, **more: Any) -> Policy:
    return (await add_policy(world.services, ADA, name, source, RegoVersion.V1, **more)).policy


@pytest.mark.requirement("3.2.labels")
async def test_a_label_binds_the_projects_of_the_space_that_carry_it_at_once(world: World) -> None:
    await add(world, DENY, "rule", labels=("autoattach:env:dev",))
    assert (await world.create("a", {"name": "a"})).state is S.DENIED
    await update_project(world.services, ADA, "demo", labels=("env:prod",))
    assert (await world.create("b", {"name": "b"})).state is S.FINISHED
    await label_policy(world.services, ADA, "rule", labels=("autoattach:*",))
    assert (await world.create("c", {"name": "c"})).state is S.DENIED
    await update_project(world.services, ADA, "demo", space="data")
    assert (await world.create("d", {"name": "d"})).state is S.FINISHED
    await label_policy(world.services, ADA, "rule", space="data")
    assert (await world.create("e", {"name": "e"})).state is S.DENIED


@pytest.mark.requirement("3.2.labels")
async def test_a_label_that_a_project_gains_while_a_change_is_planned_counts(world: World) -> None:
    await add(world, DENY, "rule", labels=("autoattach:late",))

    async def label(_job: Job) -> None:
        await update_project(world.services, ADA, "demo", labels=("late",))

    world.engine.runner.hooks["planned"] = label
    assert (await world.create()).state is S.DENIED
    (seen,) = world.engine.evaluator.seen
    assert isinstance(seen, dict)
    assert isinstance(seen["project"], dict)
    assert seen["project"]["labels"] == ["late"]


@pytest.mark.requirement("3.2.enable")
async def test_a_disabled_policy_binds_nothing_until_it_is_enabled_again(world: World) -> None:
    await world.govern(DENY)
    await switch_policy(world.services, ADA, "rule", enabled=False)
    # A new version does not enable it.
    await world.govern(f"{DENY} ")
    allowed = await world.report(await world.create())
    assert (allowed.operation.state, allowed.decision and allowed.decision.policies) == (S.FINISHED, ())
    await switch_policy(world.services, ADA, "rule", enabled=True)
    await world.govern(DENY)
    assert (await world.create("more", {"name": "more"})).state is S.DENIED


@pytest.mark.requirement("3.2.attach", "3.2.named-versions")
async def test_the_newest_version_of_what_is_attached_decides_and_is_named(world: World) -> None:
    await world.govern(ALLOW)
    await world.govern(DENY)
    denied = await world.report(await world.create())
    assert denied.decision is not None
    assert denied.decision.versions == ("rule v2",)
    policy = (await list_policies(world.services, ADA))[0]
    assert [(p.policy_id, p.digest) for p in denied.decision.policies] == [(policy.id, policy.digest)]
    await detach_policy(world.services, ADA, "rule", "demo")
    assert (await world.create()).state is S.FINISHED


@pytest.mark.requirement("3.1.selection")
async def test_only_what_applies_is_asked_and_the_rest_is_named(world: World) -> None:
    for source, name in ((BUCKETS, "buckets"), (SECRETS, "secrets"), (DELETES, "deletes")):
        await add(world, source, name, labels=("autoattach:*",))
    policies = {p.name: p for p in await list_policies(world.services, ADA)}
    done = await world.create()
    decision = (await world.report(done)).decision
    assert decision is not None
    assert (decision.outcome, decision.versions) == (Outcome.ALLOWED, ("buckets v1",))
    assert decision.not_applicable == tuple(
        SkippedPolicy(policy_id=policies[name].id, name=name, version=1) for name in ("deletes", "secrets")
    )
    assert world.engine.evaluator.asked == [("buckets",)]
    await world.delete()
    assert world.engine.evaluator.asked[1:] == [("buckets", "deletes")]


@pytest.mark.requirement("3.1.selection")
async def test_where_policies_are_attached_and_none_applies_a_person_has_to_look(world: World) -> None:
    await add(world, SECRETS, "secrets", labels=("autoattach:*",))
    done = await world.create()
    decision = (await world.report(done)).decision
    assert decision is not None
    assert (done.state, decision.policies, len(decision.not_applicable)) == (S.PENDING_REVIEW, (), 1)
    assert world.engine.evaluator.asked == [()]


@pytest.mark.requirement("3.1.selection")
async def test_of_a_thousand_policies_a_write_asks_the_few_that_apply(world: World) -> None:
    async with world.services.store.transaction() as transaction:
        for number in range(1_000):
            source = BUCKETS if number % 250 == 0 else SECRETS
            name = f"rule-{number:03}"
            version = new.policy(id=name, name=name, source=source, metadata=ABOUT[source].model_dump())
            await transaction.policies.save(policy_of(version, labels=("autoattach:*",)))
            await transaction.policy_versions.add(version)
    done = await world.create()
    decision = (await world.report(done)).decision
    assert decision is not None
    assert done.state is S.FINISHED
    assert world.engine.evaluator.asked == [("rule-000", "rule-250", "rule-500", "rule-750")]
    assert len(decision.not_applicable) == 996


@pytest.mark.requirement("3.2.bindings")
async def test_what_binds_a_project_is_listed_with_why(world: World) -> None:
    await add(world, BUCKETS, "buckets", labels=("autoattach:env:dev", "autoattach:web"))
    await add(world, SECRETS, "secrets", labels=("autoattach:*",))
    await add(world, DELETES, "deletes", space="data", labels=("autoattach:*",))
    await add(world, ALLOW, "elsewhere", space="data", labels=("autoattach:*",))
    await add(world, ALLOW, "off", labels=("autoattach:*",))
    await switch_policy(world.services, ADA, "off", enabled=False)
    for name in ("buckets", "deletes"):
        await attach_policy(world.services, ADA, name, "demo")
    found = await policy_bindings(world.services, ADA, "demo")
    assert (found.project, found.space, found.labels) == ("demo", "root", ("env:dev",))
    assert [(p.policy, p.stands, p.by_hand, p.labels) for p in found.policies] == [
        ("buckets", "binds", True, ("autoattach:env:dev",)),
        ("deletes", "binds", True, ()),
        ("off", "disabled", False, ("autoattach:*",)),
        ("secrets", "binds", False, ("autoattach:*",)),
    ]
    policy = next(p for p in await list_policies(world.services, ADA) if p.name == "deletes")
    assert found.policies[1] == PolicyBinding(
        policy_id=policy.id,
        policy="deletes",
        version=1,
        stands="binds",
        by_hand=True,
        labels=(),
        resource_types=("*",),
        operations=("delete",),
    )

    async def stands(**about: str) -> list[str]:
        listed = await policy_bindings(world.services, ADA, "demo", **about)
        return [p.policy for p in listed.policies if p.stands == "binds"]

    assert await stands(resource_type="fake_bucket") == ["buckets", "deletes"]
    assert await stands(resource_type="fake_secret", operation="create") == ["secrets"]
    assert await stands(operation="delete") == ["buckets", "deletes", "secrets"]
    with pytest.raises(InvalidInput) as refused:
        await policy_bindings(world.services, ADA, "demo", operation="destroy")
    assert refused.value.field == "operation"


async def test_a_source_that_is_not_the_one_that_binds_is_not_evaluated(world: World) -> None:
    await world.govern(DENY)
    async with world.services.store.transaction() as transaction:
        policy = await transaction.policies.find("rule")
        assert policy is not None
        # A version that the policy does not know of, as if somebody had written into the database.
        await transaction.policies.save(policy.model_copy(update={"digest": "sha256:other"}))
    failed = await world.create()
    assert failed.error is not None
    assert (failed.state, failed.error.code) == (S.FAILED, "store_failed")
    assert (world.engine.evaluator.asked, world.engine.cloud.writes) == ([], [])
