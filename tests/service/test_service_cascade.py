"""Asking twice for the deletion of a resource with all that depends on it, on an engine of fakes."""

import pytest

from engine.core.errors import Conflict
from engine.core.operations.states import OperationState
from engine.service.change_sets.cascade import delete_cascade
from engine.service.create import create
from tests.service.test_service_change_sets import NETWORK, asked
from tests.service.world import ADAS, World

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("4.security.36")
@pytest.mark.requirement("4.4.cascade")
async def test_a_cascade_that_is_repeated_with_its_key_is_the_same_also_when_it_is_done(world: World) -> None:
    await asked(world, NETWORK)

    async def again(name: str, *, reason: str = "") -> str:
        cascade = delete_cascade(
            world.services, ADAS, "demo", resource_ids=[name], reason=reason, idempotency_key="once"
        )
        return (await cascade).id

    done = await world.do(
        delete_cascade(world.services, ADAS, "demo", resource_ids=["net"], idempotency_key="once")
    )
    assert done.state is OperationState.FINISHED
    assert await again("net") == done.id
    await asked(world, NETWORK)
    assert await again("net") == done.id
    for name, reason in (("sub", ""), ("net", "another")):
        with pytest.raises(Conflict, match="belongs to another request"):
            await again(name, reason=reason)


async def test_a_key_of_another_request_makes_no_cascade(world: World) -> None:
    await world.do(
        create(
            world.services,
            ADAS,
            "demo",
            resource_id="net",
            provider="testing/fake",
            resource_type="fake_network",
            config={"cidr": "10.0.0.0/8"},
            idempotency_key="once",
        )
    )
    with pytest.raises(Conflict, match="belongs to another request"):
        await delete_cascade(world.services, ADAS, "demo", resource_ids=["net"], idempotency_key="once")
    assert await world.living() == ["net"]
