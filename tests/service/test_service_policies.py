"""Policies as objects: making, changing, switching, labelling, deleting them, and every refusal."""

from typing import Any

import pytest

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.errors import Conflict, NotFound, PolicyInvalid
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import Finding, Policy, RegoVersion
from engine.service.policies.add import add_policy
from engine.service.policies.attach import attach_policy
from engine.service.policies.delete import delete_policy
from engine.service.policies.detach import detach_policy
from engine.service.policies.label import label_policy
from engine.service.policies.list import list_policies
from engine.service.policies.show import show_policy
from engine.service.policies.switch import switch_policy
from engine.service.policies.versions import policy_versions
from engine.service.projects.create import create_project
from engine.testing.engines import ALLOW, DENY, REVIEW, SAID
from engine.testing.evaluators import ScriptedEvaluator
from tests.service.world import ADA, World, new_world

pytestmark = pytest.mark.anyio

BAD = "package intent # bad"
ODD = "package intent # odd"
S3 = "package intent # about buckets"
FINDING = {"policy": "", "line": 2, "column": 3, "code": "syntax", "message": "no", "hint": "mend it"}
READER = Principal(
    subject="eve", kind=PrincipalKind.USER, client="cli", scopes=frozenset({Scope.POLICIES_READ})
)


@pytest.fixture
async def world() -> World:
    findings = {
        BAD: (Finding.model_validate(FINDING),),
        ODD: (Finding.model_validate({**FINDING, "code": "unused", "blocking": False}),),
    }
    about = {S3: PolicyMetadata(title="buckets", resource_types=("aws_s3_*",))}
    return await new_world(evaluator=ScriptedEvaluator(SAID, findings, about))


async def add(world: World, source: str = ALLOW, name: str = "rule", **more: Any) -> Policy:
    return (await add_policy(world.services, ADA, name, source, RegoVersion.V1, **more)).policy


async def events(world: World) -> list[tuple[str, str, str]]:
    async with world.services.store.transaction() as transaction:
        entries = await transaction.audit.entries()
    return [(e.event, e.subject, e.actor) for e in entries if e.event.startswith("policy.")]


@pytest.mark.requirement("3.2.create", "3.2.versions")
async def test_every_version_is_kept_and_stays_readable(world: World) -> None:
    await add(world, ALLOW, parameters={"allowed": ["a"]})
    await add(world, DENY)
    third = await add(world, S3, parameters={})
    shown = [await show_policy(world.services, READER, "rule", n) for n in (1, 2, 3, None)]
    assert [(v.version, v.source, v.parameters) for v in shown] == [
        (1, ALLOW, {"allowed": ["a"]}),
        (2, DENY, {"allowed": ["a"]}),
        (3, S3, {}),
        (3, S3, {}),
    ]
    assert (
        shown[2].metadata == third.metadata == PolicyMetadata(title="buckets", resource_types=("aws_s3_*",))
    )
    assert (third.version, third.digest) == (3, shown[2].digest)
    history = await policy_versions(world.services, READER, "rule")
    assert (history.policy, history.versions) == (third, tuple(shown[:3]))
    assert await list_policies(world.services, READER) == (third,)
    for version in (0, 4, -1):
        with pytest.raises(NotFound) as refused:
            await show_policy(world.services, READER, "rule", version)
        assert (refused.value.field, refused.value.hint) == ("version", "its versions are 1 to 3")
    assert await events(world) == [("policy.added", "rule", "user:cli:ada")] * 3


@pytest.mark.requirement("3.2.versions")
async def test_the_same_again_is_no_new_version_and_other_labels_are_none_either(world: World) -> None:
    first = await add(world, parameters={"n": 1}, labels=("b", "a"), space="data")
    assert await add(world) == first
    assert await add(world, parameters={"n": 1}, labels=("a", "b"), space="data") == first
    assert (first.labels, first.space, first.version) == (("a", "b"), "data", 1)
    moved = await add(world, labels=())
    assert (moved.labels, moved.space, moved.version) == ((), "data", 1)
    other = await add(world, parameters={"n": 2})
    assert (other.version, other.labels) == (2, ())
    v0 = (await add_policy(world.services, ADA, "rule", ALLOW, RegoVersion.V0)).policy
    assert (v0.version, v0.rego_version) == (3, RegoVersion.V0)
    assert [event for event, _, _ in await events(world)] == [
        "policy.added",
        "policy.labelled",
        "policy.added",
        "policy.added",
    ]


async def test_what_a_source_says_about_itself_is_read_again_with_it(world: World) -> None:
    stored = await add(world, S3)
    # As if it had been stored by an engine that did not read it.
    old = stored.model_copy(update={"metadata": PolicyMetadata()})
    async with world.services.store.transaction() as transaction:
        version = await transaction.policy_versions.find(stored.id, 1)
        assert version is not None
        second = version.model_copy(update={"metadata": PolicyMetadata(), "version": 2})
        await transaction.policy_versions.add(second)
        await transaction.policies.save(old.model_copy(update={"version": 2}))
    again = await add(world, S3)
    assert (again.version, again.metadata) == (3, stored.metadata)


@pytest.mark.requirement("3.2.checked")
async def test_a_source_that_fails_its_check_leaves_the_version_before_in_force(world: World) -> None:
    first = await add(world, DENY)
    with pytest.raises(PolicyInvalid, match="rule:2:3: syntax: no; mend it") as refused:
        await add(world, BAD, labels=("a",))
    assert refused.value.facts["findings"] == [{**FINDING, "policy": "rule", "blocking": True}]
    with pytest.raises(PolicyInvalid):
        await add(world, BAD, "other")
    assert await list_policies(world.services, READER) == (first,)


@pytest.mark.requirement("3.2.checked")
async def test_warnings_of_the_check_are_returned_and_the_source_is_stored(world: World) -> None:
    added = await add_policy(world.services, ADA, "rule", ODD, RegoVersion.V1)
    assert [(w.code, w.policy) for w in added.warnings] == [("unused", "rule")]
    assert added.version.source == ODD


@pytest.mark.parametrize("what", ["changed", "deleted", "made"])
async def test_a_policy_that_changed_during_its_check_is_not_overwritten(world: World, what: str) -> None:
    if what != "made":
        await add(world)
    evaluator, check = world.engine.evaluator, world.engine.evaluator.check

    async def meanwhile(policy: Any) -> Any:
        evaluator.check = check  # type: ignore[method-assign]  # only the first check is slow
        if what == "deleted":
            await delete_policy(world.services, ADA, "rule")
        else:
            await add(world, DENY)
        return await check(policy)

    evaluator.check = meanwhile  # type: ignore[method-assign]  # somebody else is quicker
    with pytest.raises(Conflict, match="changed meanwhile"):
        await add(world, REVIEW)
    kept = await policy_versions(world.services, READER, "rule")
    sources = {"changed": [ALLOW, DENY], "deleted": [ALLOW], "made": [DENY]}
    assert [v.source for v in kept.versions] == sources[what]
    assert (kept.policy.deleted_at is not None) == (what == "deleted")


@pytest.mark.requirement("3.2.delete")
async def test_a_deleted_policy_stays_readable_and_its_name_is_free(world: World) -> None:
    first = await add(world, DENY)
    assert await delete_policy(world.services, ADA, "rule") == ()
    assert await list_policies(world.services, READER) == ()
    assert (await show_policy(world.services, READER, "rule")).source == DENY
    with pytest.raises(NotFound, match="policy rule was deleted"):
        await attach_policy(world.services, ADA, "rule", "demo")
    second = await add(world, ALLOW)
    assert (second.version, second.id != first.id) == (1, True)
    # The name is now the second one's; the first is found by its id.
    assert (await show_policy(world.services, READER, "rule")).source == ALLOW
    assert (await show_policy(world.services, READER, first.id, 1)).source == DENY
    assert (await policy_versions(world.services, READER, first.id)).policy.deleted_at is not None
    assert [event for event, _, _ in await events(world)] == [
        "policy.added",
        "policy.deleted",
        "policy.added",
    ]


@pytest.mark.requirement("3.2.delete")
@pytest.mark.parametrize("labels", [(), ("autoattach:env:dev",)])
async def test_a_policy_that_is_attached_is_deleted_only_where_detaching_is_asked_for(
    world: World, labels: tuple[str, ...]
) -> None:
    await create_project(world.services, ADA, "web", ("env:dev",))
    await create_project(world.services, ADA, "free")
    await add(world, DENY, labels=labels)
    await attach_policy(world.services, ADA, "rule", "demo")
    projects = ["demo", "web"] if labels else ["demo"]
    with pytest.raises(Conflict) as refused:
        await delete_policy(world.services, ADA, "rule")
    assert refused.value.facts == {"projects": projects}
    assert await delete_policy(world.services, ADA, "rule", detach=True) == tuple(projects)
    assert (await world.create()).state.value == "FINISHED"
    await add(world, DENY)
    assert (await world.create("more", {"name": "more"})).state.value == "FINISHED"


async def test_attaching_twice_is_a_conflict_and_detaching_what_is_not_attached_is_not_found(
    world: World,
) -> None:
    await add(world, labels=("autoattach:*",))
    await attach_policy(world.services, ADA, "rule", "demo")
    with pytest.raises(Conflict, match="is attached to project demo already"):
        await attach_policy(world.services, ADA, "rule", "demo")
    assert await detach_policy(world.services, ADA, "rule", "demo") == ("autoattach:*",)
    with pytest.raises(NotFound) as refused:
        await detach_policy(world.services, ADA, "rule", "demo")
    assert refused.value.hint == "its label autoattach:* attaches it: change the labels of one of the two"
    await label_policy(world.services, ADA, "rule", labels=())
    with pytest.raises(NotFound) as refused:
        await detach_policy(world.services, ADA, "rule", "demo")
    assert refused.value.hint == "`intent policy bindings demo` lists what is"


async def test_switching_and_labelling_again_is_nothing_new(world: World) -> None:
    await add(world)
    for enabled, expected in ((True, 1), (False, 2), (False, 2), (True, 3)):
        policy = await switch_policy(world.services, ADA, "rule", enabled=enabled)
        assert (policy.enabled, len(await events(world))) == (enabled, expected)
    for labels in (("a",), ("a", "a")):
        await label_policy(world.services, ADA, "rule", labels=labels, space="root")
    assert [event for event, _, _ in await events(world)] == [
        "policy.added",
        "policy.disabled",
        "policy.enabled",
        "policy.labelled",
    ]
