"""Change sets on an engine of fakes: several changes, one decision, one order."""

from typing import Any

import pytest

from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.values import JsonObject
from engine.service.change_sets.change_set import change_set
from tests.service.world import ADAS, World

pytestmark = pytest.mark.anyio


def made(name: str, kind: str, /, **config: Any) -> JsonObject:
    return {
        "operation": "create",
        "resource_id": name,
        "provider": "testing/fake",
        "resource_type": f"fake_{kind}",
        "config": config,
    }


NETWORK = [
    made("web", "bucket", name="web", tags={"net": {"$ref": "sub.id"}}),
    made("sub", "subnet", network_id={"$ref": "net.id"}, cidr={"$ref": "net.cidr"}),
    made("net", "network", cidr="10.0.0.0/8"),
]


async def asked(world: World, changes: list[Any], **more: Any) -> Operation:
    return await world.do(change_set(world.services, ADAS, "demo", changes=changes, **more))


@pytest.mark.requirement("4.4.order")
async def test_what_refers_to_each_other_is_made_in_its_order(world: World) -> None:
    done = await asked(world, NETWORK)
    assert (done.state, done.error) == (OperationState.FINISHED, None)
    assert [(verb, kind) for verb, kind, _ in world.engine.cloud.writes] == [
        ("create", "fake_network"),
        ("create", "fake_subnet"),
        ("create", "fake_bucket"),
    ]
