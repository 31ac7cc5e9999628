"""Ten AWS types through create, update, drift, refresh, eject, import and delete, for real."""

from pathlib import Path

import anyio.to_thread
import pytest

from engine.core.operations.operation import Accept
from engine.core.operations.states import OperationState
from engine.core.values import JsonObject
from engine.service.report import OperationReport
from server.demo.cloud import MockCloud
from tests.integration.lives import LIVES, Life, tag_ec2
from tests.room import Room, open_room

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


@pytest.mark.requirement(
    "2.9.s3-bucket",
    "2.9.ssm-parameter",
    "2.9.sqs-queue",
    "2.9.iam-role",
    "2.9.dynamodb-table",
    "2.9.security-group",
    "2.9.sns-topic",
    "2.9.kms-key",
    "2.9.vpc-subnet",
)
@pytest.mark.parametrize("life", LIVES, ids=[life.resource_type for life in LIVES])
async def test_a_resource_lives_from_creation_to_deletion(
    life: Life, moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        object_id = await _is_created_and_updated(room, life)
        await _drifts_and_is_refreshed(room, life, object_id)
        await _is_forgotten_and_imported(room, life, object_id)
        deleted = await room.delete("it")
        assert deleted.operation.state is OperationState.FINISHED, deleted.error
        assert deleted.plan is not None
        assert deleted.plan.actions == ("delete",)
        assert deleted.resource is not None
        assert deleted.resource.attributes is None


@pytest.mark.requirement("2.9.vpc-subnet")
async def test_a_subnet_refers_to_its_vpc_and_keeps_it_from_being_deleted(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        vpc = await room.create("net", "aws_vpc", {"cidr_block": "10.8.0.0/16"})
        config: JsonObject = {"vpc_id": {"$ref": "net.id"}, "cidr_block": "10.8.1.0/24"}
        life = Life(
            resource_type="aws_subnet",
            create=config,
            update={"tags": {"a": "b"}},
            drifted="tags.drift",
            service="ec2",
            drift=tag_ec2,
        )
        object_id = await _is_created_and_updated(room, life)
        subnet = await room.refresh("it")
        held = await room.delete("net")
        assert held.error is not None
        assert (held.error.code, held.error.facts) == ("conflict", {"dependents": ["it"]})
        await _drifts_and_is_refreshed(room, life, object_id)
        await _is_forgotten_and_imported(room, life, object_id)
        assert _attribute(vpc, "id") == _attribute(subnet, "vpc_id")
        for resource_id in ("it", "net"):
            deleted = await room.delete(resource_id)
            assert deleted.operation.state is OperationState.FINISHED, deleted.error


async def _is_created_and_updated(room: Room, life: Life) -> str:
    made = await room.create("it", life.resource_type, life.create)
    assert made.operation.state is OperationState.FINISHED, made.error
    assert made.plan is not None
    assert made.plan.actions == ("create",)
    changed = await room.update("it", life.update)
    assert changed.operation.state is OperationState.FINISHED, changed.error
    assert changed.plan is not None
    assert changed.plan.actions == ("update",)
    assert set(life.update) <= set(changed.plan.changed)
    assert changed.resource is not None
    assert changed.resource.drift == ()
    again = await room.refresh("it")
    assert again.resource is not None
    assert (again.resource.drift, again.resource.missing) == ((), False)
    object_id = _attribute(changed, "id")
    assert isinstance(object_id, str)
    return object_id


async def _drifts_and_is_refreshed(room: Room, life: Life, object_id: str) -> None:
    await anyio.to_thread.run_sync(life.drift, room.client(life.service), object_id)
    seen = await room.refresh("it")
    assert seen.resource is not None
    assert life.drifted in {difference.path for difference in seen.resource.drift}
    version = seen.resource.version
    saved = await room.refresh("it", Accept.SAVE)
    assert saved.operation.state is OperationState.FINISHED, saved.error
    assert saved.resource is not None
    assert saved.resource.version == version + 1
    again = await room.update("it", {})
    assert again.plan is not None
    assert again.plan.changed == ()
    calm = await room.refresh("it")
    assert calm.resource is not None
    assert calm.resource.drift == ()


async def _is_forgotten_and_imported(room: Room, life: Life, object_id: str) -> None:
    forgotten = await room.eject("it")
    assert forgotten.operation.state is OperationState.FINISHED, forgotten.error
    found = await room.import_("it", life.resource_type, object_id)
    assert found.operation.state is OperationState.FINISHED, found.error
    assert _attribute(found, "id") == object_id
    again = await room.update("it", {})
    assert again.plan is not None
    assert again.plan.changed == life.unreadable
    calm = await room.refresh("it")
    assert calm.resource is not None
    assert calm.resource.drift == ()


def _attribute(report: OperationReport, name: str) -> object:
    assert report.resource is not None
    assert report.resource.attributes is not None
    return report.resource.attributes.get(name)
