"""Policies as objects: who may not change them, and what is refused by name."""

from typing import Any

import pytest

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.errors import Forbidden, InvalidInput, NotFound
from engine.core.policy.policies import Policy, RegoVersion
from engine.service.policies.add import add_policy
from engine.service.policies.attach import attach_policy
from engine.service.policies.bindings import policy_bindings
from engine.service.policies.delete import delete_policy
from engine.service.policies.detach import detach_policy
from engine.service.policies.label import label_policy
from engine.service.policies.list import list_policies
from engine.service.policies.show import show_policy
from engine.service.policies.switch import switch_policy
from engine.service.policies.versions import policy_versions
from engine.service.projects.create import create_project
from engine.service.projects.update import update_project
from engine.testing.engines import ALLOW, DENY
from tests.service.world import ADA, ADAS, World

pytestmark = pytest.mark.anyio

READER = Principal(
    subject="eve", kind=PrincipalKind.USER, client="cli", scopes=frozenset({Scope.POLICIES_READ})
)
NOBODY = Principal(subject="eve", kind=PrincipalKind.USER, client="cli")


async def add(world: World, source: str = ALLOW, name: str = "rule", **more: Any) -> Policy:
    return (await add_policy(world.services, ADA, name, source, RegoVersion.V1, **more)).policy


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"name": "No"}, "name"),
        ({"name": ""}, "name"),
        ({"labels": ("No",)}, "labels"),
        ({"labels": ("autoattach:",)}, "labels"),
        ({"labels": ("autoattach:No",)}, "labels"),
        ({"labels": ("*",)}, "labels"),
        ({"labels": tuple(f"a{n}" for n in range(51))}, "labels"),
        ({"space": "No"}, "space"),
        ({"space": ""}, "space"),
        ({"parameters": ["a"]}, "parameters"),
        ({"parameters": "a"}, "parameters"),
        ({"parameters": {"a": "x" * 262_144}}, "parameters"),
        ({"parameters": {"a": "\ud800"}}, "parameters.a"),
    ],
)
async def test_what_is_malformed_is_refused_by_name(
    world: World, arguments: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await add(world, **arguments)
    assert refused.value.field == field
    assert await list_policies(world.services, READER) == ()


@pytest.mark.requirement("3.2.rights")
@pytest.mark.parametrize("principal", [ADAS, READER], ids=["assistant", "reader"])
async def test_policies_are_changed_only_by_who_holds_the_right(world: World, principal: Principal) -> None:
    await add(world)
    services = world.services
    for change in (
        add_policy(services, principal, "rule", DENY, RegoVersion.V1),
        attach_policy(services, principal, "rule", "demo"),
        detach_policy(services, principal, "rule", "demo"),
        switch_policy(services, principal, "rule", enabled=False),
        label_policy(services, principal, "rule", labels=("a",)),
        delete_policy(services, principal, "rule"),
    ):
        with pytest.raises(Forbidden) as refused:
            await change
        assert refused.value.facts == {"scope": "policies:write"}
    policies = await list_policies(services, ADA)
    assert [(p.version, p.enabled, p.labels) for p in policies] == [(1, True, ())]


@pytest.mark.requirement("3.2.rights")
async def test_policies_are_read_only_by_who_holds_the_right(world: World) -> None:
    await add(world)
    for look in (
        list_policies(world.services, NOBODY),
        show_policy(world.services, NOBODY, "rule"),
        policy_versions(world.services, NOBODY, "rule"),
        policy_bindings(world.services, NOBODY, "demo"),
    ):
        with pytest.raises(Forbidden):
            await look


@pytest.mark.requirement("3.2.rights")
async def test_an_assistant_neither_sheds_nor_gains_nor_misleads_a_policy_by_a_label(world: World) -> None:
    await add(world, labels=("autoattach:env:dev",))
    services = world.services
    for change in (
        update_project(services, ADAS, "demo", labels=()),
        update_project(services, ADAS, "demo", space="data"),
        update_project(services, ADAS, "demo", labels=("env:dev", "env:prod")),
        create_project(services, ADAS, "web", ("env:dev",)),
    ):
        with pytest.raises(Forbidden) as refused:
            await change
        assert refused.value.facts == {"scope": "policies:write"}
    await update_project(services, ADAS, "demo", labels=("env:dev",), sample_policies=True)
    await create_project(services, ADAS, "web", ("env:prod",))
    await update_project(services, ADAS, "web", labels=("env:test", "web"))
    await create_project(services, ADAS, "data", (), "data")
    await add(world, labels=("autoattach:*",), space="data", name="other")
    with pytest.raises(Forbidden):
        await create_project(services, ADAS, "more", (), "data")
    changed = await update_project(services, ADA, "demo", labels=(), space="data")
    assert (changed.labels, changed.space) == ((), "data")


@pytest.mark.parametrize("name", ["rul", "nothing-like-it"])
async def test_what_there_is_not_is_not_found_and_the_nearest_is_named(world: World, name: str) -> None:
    await add(world)
    services = world.services
    for asked in (
        show_policy(services, ADA, name),
        policy_versions(services, ADA, name),
        attach_policy(services, ADA, name, "demo"),
        detach_policy(services, ADA, name, "demo"),
        switch_policy(services, ADA, name, enabled=True),
        label_policy(services, ADA, name, labels=()),
        delete_policy(services, ADA, name),
    ):
        with pytest.raises(NotFound) as refused:
            await asked
        assert refused.value.field == "policy"
        assert ("rule" in str(refused.value.hint)) == (name == "rul")
    with pytest.raises(NotFound):
        await attach_policy(services, ADA, "rule", "nowhere")
