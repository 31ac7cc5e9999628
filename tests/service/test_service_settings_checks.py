"""The check of settings of providers: every problem of all of them at once, and what is only warned of."""

import pytest
from pydantic import JsonValue

from engine.core.errors import Conflict, EngineError, InvalidInput
from engine.service.projects.show import show_project
from engine.service.projects.update import update_project
from engine.service.projects.warnings import settings_warnings
from engine.testing.engines import REVIEW
from tests.service.world import ADA, World

pytestmark = pytest.mark.anyio


SETTINGS: dict[str, JsonValue] = {
    "testing/fake": {"region": "east"},
    "testing/fake.west": {"region": "west"},
    "testing/fake.north": {"region": "north"},
}


async def configure(world: World, settings: dict[str, JsonValue]) -> None:
    await update_project(world.services, ADA, "demo", provider_settings=settings)


@pytest.mark.requirement("5.5.checks")
async def test_all_problems_of_all_configurations_are_told_at_once(world: World) -> None:
    settings: dict[str, JsonValue] = {
        "testing/fake": {"regoin": "a", "endpoints": {"bukets": "x"}, "token": "s3cret"},
        "testing/fake.west": {"region": ["a"], "alias": "west"},
        "testing/fake.1x": {},
        "testing/fake.": {},
        "fake": {},
        "Testing/Fake": None,
    }
    with pytest.raises(InvalidInput) as refused:
        await configure(world, settings)
    found = refused.value.facts["problems"]
    assert isinstance(found, list)
    problems = [each for each in found if isinstance(each, dict)]
    assert [each["path"] for each in problems] == [
        "provider_config[testing/fake].regoin",
        "provider_config[testing/fake].endpoints.bukets",
        "provider_config[testing/fake].token",
        "provider_config[testing/fake.west].region",
        "provider_config[testing/fake.west].alias",
        "provider_config[testing/fake.1x]",
        "provider_config[testing/fake.]",
        "provider_config[fake]",
        "provider_config[Testing/Fake]",
    ]
    assert problems[0]["hint"] == "did you mean region?"
    assert problems[4]["hint"] == 'the name stands in the key: {"testing/fake.NAME": {…}}'
    assert "environment" in str(problems[2]["hint"])
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("keep", [True, False])
async def test_a_wrong_configuration_changes_nothing(world: World, *, keep: bool) -> None:
    kept: dict[str, JsonValue] = {"testing/fake": {"region": "a"}, "testing/fake.west": {"region": "b"}}
    await configure(world, kept)
    with pytest.raises(EngineError):
        await configure(world, {"testing/fake": None if keep else {}, "testing/fake.west": {"regoin": "x"}})
    assert dict((await show_project(world.services, ADA, "demo")).provider_settings) == kept


@pytest.mark.requirement("5.5.checks")
async def test_what_is_deprecated_is_kept_and_warned_of(world: World) -> None:
    settings: dict[str, JsonValue] = {
        "testing/fake": {"zone": "a", "endpoints": [{"baskets": "x"}], "region": "r"},
        "testing/fake.west": {"region": "r"},
    }
    await configure(world, settings)
    assert await settings_warnings(world.services, ADA, "demo", [*settings, "testing/fake.none"]) == (
        "provider_config[testing/fake].zone is deprecated: testing/fake 2.0.0 takes it still",
        "provider_config[testing/fake].endpoints.0.baskets is deprecated: testing/fake 2.0.0 takes it still",
    )


@pytest.mark.requirement("5.5.secrets")
async def test_the_path_of_a_key_file_is_kept_and_its_content_refused(world: World) -> None:
    await configure(world, {"testing/fake": {"credentials": "/run/secrets/key.json"}})
    with pytest.raises(InvalidInput, match="is a secret") as refused:
        await configure(world, {"testing/fake": {"credentials": '{"private_key": "s3cret"}'}})
    assert (refused.value.field, "path of a file" in (refused.value.hint or "")) == (
        "provider_config[testing/fake].credentials",
        True,
    )


@pytest.mark.requirement("5.5.alias_in_use")
async def test_a_configuration_that_is_used_stays_and_the_users_are_named(world: World) -> None:
    await configure(world, SETTINGS)
    await world.create(provider_alias="west")
    await world.create("more", {"name": "more"}, provider_alias="west")
    with pytest.raises(Conflict) as refused:
        await configure(world, {"testing/fake.west": None, "testing/fake": {"region": "x"}})
    assert (refused.value.field, refused.value.message) == (
        "provider_config",
        "testing/fake.west is in use: logs, more",
    )
    assert dict((await show_project(world.services, ADA, "demo")).provider_settings) == SETTINGS
    await world.delete()
    await world.delete("more")
    await configure(world, {"testing/fake.west": None, "testing/fake": None})
    assert [*(await show_project(world.services, ADA, "demo")).provider_settings] == ["testing/fake.north"]


@pytest.mark.requirement("5.5.alias_in_use")
async def test_a_configuration_that_an_open_request_names_stays(world: World) -> None:
    await configure(world, SETTINGS)
    await world.govern(REVIEW)
    waiting = await world.create(provider_alias="north")
    with pytest.raises(Conflict, match=rf"in use: logs \(operation {waiting.id}\)"):
        await configure(world, {"testing/fake.north": None})
