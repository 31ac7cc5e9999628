"""The settings of a provider as policies see them: those of the project, and never a secret."""

import pytest
from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.providers.schema import TypeSchema
from engine.core.values import JsonObject
from engine.service.projects.update import update_project
from engine.testing import schemas
from engine.testing.engines import ALLOW
from tests.service.world import ADA, World

pytestmark = pytest.mark.anyio


def given(world: World) -> list[JsonValue]:
    """Return the settings in every input that policies were shown."""
    return [seen["provider_config"] for seen in world.engine.evaluator.seen if isinstance(seen, dict)]


async def keep_settings(world: World, settings: dict[str, JsonObject]) -> None:
    """Keep settings beside the check of them."""
    async with world.services.store.transaction() as transaction:
        project = await transaction.projects.find("demo")
        assert project is not None
        kept = {**project.provider_settings, **settings}
        await transaction.projects.save(project.model_copy(update={"provider_settings": kept}))


@pytest.mark.requirement("3.3.input-schema")
async def test_policies_see_the_settings_of_the_resources_provider_and_of_no_other(world: World) -> None:
    await world.govern(ALLOW)
    await update_project(
        world.services, ADA, "demo", provider_settings={"testing/fake": {"endpoints": {"buckets": "here"}}}
    )
    await keep_settings(world, {"testing/other": {"region": "b"}})
    await world.create()
    assert given(world) == [{"endpoints": {"buckets": "here"}}]


@pytest.mark.requirement("3.3.input-schema")
async def test_a_secret_that_an_older_engine_let_into_the_settings_is_hidden_from_policies(
    world: World,
) -> None:
    await world.govern(ALLOW)
    await keep_settings(world, {"testing/fake": {"region": "a", "token": "t", "key": "k", "old": "o"}})
    await world.create()
    hidden = "(sensitive value)"
    assert given(world) == [{"region": "a", "token": hidden, "key": hidden, "old": hidden}]


_REQUIRED = {"type": "string", "required": True}
_ROLE = {"nesting_mode": "list", "block": {"attributes": {"arn": _REQUIRED}}}
_DEMANDING = TypeSchema.decode(
    {
        "block": {
            "attributes": {"region": _REQUIRED, "profile": {"type": "string", "optional": True}},
            "block_types": {"features": {"nesting_mode": "list", "min_items": 1}, "role": _ROLE},
        }
    }
)


@pytest.mark.requirement("5.5.checks")
async def test_what_a_provider_may_find_in_the_environment_need_not_be_set(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemas, "SETTINGS", _DEMANDING)
    kept: JsonObject = {"profile": "work", "features": {}, "role": {"arn": "a"}}
    await update_project(world.services, ADA, "demo", provider_settings={"testing/fake": kept})
    await world.govern(ALLOW)
    await world.create()
    assert given(world) == [kept]

    with pytest.raises(InvalidInput) as refused:
        await update_project(world.services, ADA, "demo", provider_settings={"testing/fake": {"role": {}}})
    assert refused.value.facts["problems"] == [
        {
            "path": "provider_config[testing/fake].role.arn",
            "message": "is required",
            "hint": "give a string",
        },
        {
            "path": "provider_config[testing/fake].features",
            "message": "is required",
            "hint": "give at least 1 of this block",
        },
    ]
