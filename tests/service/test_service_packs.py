"""Attaching a pack: all of it or nothing, again is nothing new, and what somebody stored is never changed."""

from dataclasses import replace
from typing import Final

import pytest

from engine.core.errors import Forbidden, NotFound, PolicyInvalid, StoreFailed
from engine.core.policy.packs import PackedPolicy, PolicyPack
from engine.core.policy.policies import Finding, RegoVersion
from engine.service.policies.add import add_policy
from engine.service.policies.attach import attach_policy
from engine.service.policies.attach_pack import AttachedPack, AttachedPolicy, attach_pack
from engine.service.policies.show import show_policy
from engine.testing.engines import ALLOW, DENY, UNDECIDED
from engine.testing.evaluators import ScriptedEvaluator
from tests.service.world import ADA, ADAS, BreakableStore, World, new_world, outcome

pytestmark = pytest.mark.anyio

PACK: Final = PolicyPack(
    name="first",
    title="First",
    description="Two policies.",
    policies=(
        PackedPolicy(name="tags", source=UNDECIDED, parameters={"keys": ["owner"]}),
        PackedPolicy(name="rest", source=ALLOW),
    ),
)


def attached(*policies: AttachedPolicy) -> AttachedPack:
    return AttachedPack(pack="first", project="demo", policies=policies)


def policy(
    name: str, *, stored: str = "added", new: bool = True, version: int = 1, enabled: bool = True
) -> AttachedPolicy:
    fields = {"policy": name, "version": version, "stored": stored, "attached": new, "enabled": enabled}
    return AttachedPolicy.model_validate(fields)


async def audited(world: World) -> list[tuple[str, str, object]]:
    async with world.services.store.transaction() as transaction:
        entries = await transaction.audit.entries()
    return [(e.event, e.subject, e.facts.get("pack")) for e in entries if e.event.startswith("policy.")]


async def bound(world: World) -> list[str]:
    async with world.services.store.transaction() as transaction:
        project = await transaction.projects.find("demo")
        assert project is not None
        return [bond.policy.name for bond in await transaction.attachments.bonds(project)]


@pytest.mark.requirement("3.5.packs")
async def test_a_pack_is_stored_with_its_parameters_and_binds(world: World) -> None:
    done = await attach_pack(world.services, ADA, PACK, "demo")
    assert done == attached(policy("tags"), policy("rest"))
    assert await bound(world) == ["rest", "tags"]
    shown = await show_policy(world.services, ADA, "tags")
    assert (shown.source, shown.parameters, shown.version) == (UNDECIDED, {"keys": ["owner"]}, 1)
    assert await audited(world) == [
        ("policy.added", "tags", "first"),
        ("policy.attached", "tags", "first"),
        ("policy.added", "rest", "first"),
        ("policy.attached", "rest", "first"),
    ]
    assert outcome(await world.create())[0] == "FINISHED"


@pytest.mark.requirement("3.5.packs")
async def test_again_is_nothing_new_and_leaves_no_trace(world: World) -> None:
    await attach_pack(world.services, ADA, PACK, "demo")
    before = await audited(world)
    again = await attach_pack(world.services, ADA, PACK, "demo")
    assert again == attached(
        policy("tags", stored="unchanged", new=False), policy("rest", stored="unchanged", new=False)
    )
    assert await audited(world) == before


@pytest.mark.requirement("3.5.packs")
async def test_ones_own_version_is_kept_and_attached_in_its_place(world: World) -> None:
    await add_policy(world.services, ADA, "rest", DENY, RegoVersion.V1)
    done = await attach_pack(world.services, ADA, PACK, "demo")
    assert done == attached(policy("tags"), policy("rest", stored="kept"))
    assert (await show_policy(world.services, ADA, "rest")).source == DENY
    assert outcome(await world.create())[0] == "DENIED"


async def test_the_same_source_with_other_parameters_is_ones_own(world: World) -> None:
    await add_policy(world.services, ADA, "tags", UNDECIDED, RegoVersion.V1)
    done = await attach_pack(world.services, ADA, PACK, "demo")
    assert done.policies[0] == policy("tags", stored="kept")


async def test_what_was_attached_before_stays_attached_once(world: World) -> None:
    await add_policy(world.services, ADA, "rest", ALLOW, RegoVersion.V1)
    await attach_policy(world.services, ADA, "rest", "demo")
    done = await attach_pack(world.services, ADA, PACK, "demo")
    assert done.policies[1] == policy("rest", stored="unchanged", new=False)


async def test_a_disabled_policy_is_said_to_be_disabled(world: World) -> None:
    await attach_pack(world.services, ADA, PACK, "demo")
    async with world.services.store.transaction() as transaction:
        rest = await transaction.policies.find("rest")
        assert rest is not None
        await transaction.policies.save(rest.model_copy(update={"enabled": False}))
    done = await attach_pack(world.services, ADA, PACK, "demo")
    assert done.policies[1] == policy("rest", stored="unchanged", new=False, enabled=False)


@pytest.mark.requirement("3.5.packs")
async def test_nothing_is_stored_where_one_policy_is_invalid(world: World) -> None:
    flaw = Finding(policy="", line=1, column=1, code="syntax", message="no Rego", hint="mend it")
    services = replace(world.services, evaluator=ScriptedEvaluator({}, {ALLOW: [flaw]}))
    with pytest.raises(PolicyInvalid) as refused:
        await attach_pack(services, ADA, PACK, "demo")
    assert (refused.value.field, str(refused.value)) == ("pack", "rest:1:1: syntax: no Rego; mend it")
    assert (await bound(world), await audited(world)) == ([], [])


@pytest.mark.requirement("3.5.packs")
async def test_nothing_is_stored_where_the_database_fails_at_the_end() -> None:
    store = BreakableStore()
    world = await new_world(store)
    store.failing_commits = 1
    with pytest.raises(StoreFailed):
        await attach_pack(world.services, ADA, PACK, "demo")
    assert (await bound(world), await audited(world)) == ([], [])


async def test_an_unknown_project_is_named_and_nothing_is_stored(world: World) -> None:
    with pytest.raises(NotFound) as refused:
        await attach_pack(world.services, ADA, PACK, "demos")
    assert refused.value.field == "project"
    assert await audited(world) == []


async def test_an_assistant_may_not_attach_a_pack(world: World) -> None:
    with pytest.raises(Forbidden):
        await attach_pack(world.services, ADAS, PACK, "demo")
