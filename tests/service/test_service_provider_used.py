"""Questions that name a project are about the version that it uses, and about no other package."""

import pytest

from engine.core.addrs import Version
from engine.core.auth.principals import Scope
from engine.core.errors import Forbidden, IntegrityFailed, NotFound
from engine.ports.registry import Documentation, PageKind
from engine.service.providers.describe import describe_provider
from engine.service.providers.describe_type import describe_type
from engine.service.providers.examples import type_examples
from engine.service.providers.subject import Origin
from engine.service.providers.versions import provider_versions
from engine.testing.schemas import FAKE
from tests.service.lock_stage import OLD_PIN, keep, locked
from tests.service.world import ADA, World

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("5.4.project")
async def test_a_question_in_a_project_is_about_the_version_that_it_has_locked(world: World) -> None:
    before = await describe_provider(world.services, ADA, "testing/fake", project="demo")
    assert str(before.subject.pin.version) == "2.0.0"
    await keep(world, locked(world, OLD_PIN))
    provider = await describe_provider(world.services, ADA, "testing/fake", project="demo")
    told = await describe_type(world.services, ADA, "", PageKind.RESOURCE, "fake_bucket", project="demo")
    shown = await type_examples(world.services, ADA, "", "fake_bucket", project="demo")
    assert {provider.subject.pin, told.subject.pin, shown.subject.pin} == {OLD_PIN}
    named = await describe_type(
        world.services, ADA, "", PageKind.RESOURCE, "fake_bucket", project="demo", version="2.0.0"
    )
    assert str(named.subject.pin.version) == "2.0.0"
    versions = await provider_versions(world.services, ADA, "testing/fake", "demo")
    assert [(str(each.version), each.used) for each in versions.versions] == [
        ("2.0.0", False),
        ("1.0.0", True),
    ]


@pytest.mark.requirement("5.4.project")
async def test_a_package_that_the_project_does_not_trust_answers_nothing(world: World) -> None:
    lock = locked(world, OLD_PIN)
    await keep(world, lock.model_copy(update={"hashes": ("h1:" + "A" * 43 + "=",)}))
    with pytest.raises(IntegrityFailed):
        await describe_type(world.services, ADA, "", PageKind.RESOURCE, "fake_bucket", project="demo")


@pytest.mark.requirement("5.4.project", "5.4.registry")
async def test_a_locked_version_that_is_not_at_hand_is_told_by_its_documentation(world: World) -> None:
    lock = locked(world, OLD_PIN)
    await keep(world, lock.model_copy(update={"version": "3.0.0"}))
    three = Version.parse("3.0.0")
    world.engine.registry.documented = {FAKE: [Documentation(address=FAKE, version=three)]}
    found = await describe_provider(world.services, ADA, "testing/fake", project="demo")
    assert (found.subject.origin, found.subject.install) == (
        Origin.REGISTRY,
        "intent provider install testing/fake@3.0.0",
    )
    versions = await provider_versions(world.services, ADA, "testing/fake", "demo")
    assert [(str(each.version), each.used, each.here) for each in versions.versions] == [
        ("3.0.0", True, False),
        ("2.0.0", False, True),
        ("1.0.0", False, True),
    ]


@pytest.mark.requirement("5.4.project")
async def test_a_project_that_is_not_there_or_not_to_be_seen_answers_nothing(world: World) -> None:
    with pytest.raises(NotFound) as refused:
        await describe_provider(world.services, ADA, "testing/fake", project="demmo")
    assert refused.value.field == "project"
    blind = ADA.model_copy(update={"scopes": frozenset({Scope.RESOURCES_READ})})
    with pytest.raises(Forbidden):
        await provider_versions(world.services, blind, "testing/fake", "demo")
    with pytest.raises(Forbidden):
        await provider_versions(
            world.services, ADA.model_copy(update={"scopes": frozenset()}), "testing/fake"
        )
