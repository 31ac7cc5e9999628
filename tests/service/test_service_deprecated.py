"""A plan names what is deprecated among what it is asked for; nothing is refused for it."""

from typing import Any, cast

import pytest

from engine.core.operations.states import OperationState
from engine.core.providers.schema import TypeSchema
from engine.testing import schemas
from tests.service.world import World

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("5.4.check-deprecated")
async def test_a_plan_names_what_its_provider_advises_against(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old: Any = schemas.RESOURCES["fake_network"].model_dump()
    old["block"]["attributes"]["tags"]["deprecated"] = True
    known = cast("dict[str, TypeSchema]", schemas.RESOURCES)
    monkeypatch.setitem(known, "fake_network", TypeSchema.decode(old))
    config = {"cidr": "10.0.0.0/16", "tags": {"env": "dev"}}
    done = await world.create("net", config, resource_type="fake_network")
    assert (done.state, done.plan_summary and done.plan_summary.deprecated) == (
        OperationState.FINISHED,
        ("tags",),
    )
    done = await world.create("other", {"cidr": "10.0.0.0/16"}, resource_type="fake_network")
    assert (done.state, done.plan_summary and done.plan_summary.deprecated) == (OperationState.FINISHED, ())
