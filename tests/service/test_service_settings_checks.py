"""The check of settings of providers: every problem of all of them at once, and what is only warned of."""

import pytest
from pydantic import JsonValue

from engine.core.errors import EngineError, InvalidInput
from engine.service.projects.show import show_project
from engine.service.projects.update import update_project
from engine.service.projects.warnings import settings_warnings
from tests.service.world import ADA, World

pytestmark = pytest.mark.anyio


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
