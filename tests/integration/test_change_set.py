"""A network with its instances as one change set, for real: made, changed, restored and destroyed."""

from pathlib import Path

import pytest

from engine.core.operations.states import OperationState
from engine.core.values import JsonObject
from engine.service.change_sets.cascade import delete_cascade
from engine.service.change_sets.change_set import change_set
from engine.service.report import OperationReport
from engine.service.restore import restore
from server.demo.cloud import MockCloud
from tests.room import AWS, PROJECT, Room, open_room

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

_SUBNETS = ("subnet-a", "subnet-b", "subnet-c")


def made(name: str, resource_type: str, config: JsonObject) -> JsonObject:
    return {
        "operation": "create",
        "resource_id": name,
        "provider": AWS,
        "provider_version": "3.39.0",
        "resource_type": resource_type,
        "config": config,
    }


def network() -> list[JsonObject]:
    vpc: JsonObject = {"$ref": "vpc.id"}
    instances = [
        made(
            name,
            "aws_instance",
            {
                "ami": "ami-12c6146b",
                "instance_type": "t2.micro",
                "subnet_id": {"$ref": f"{subnet}.id"},
                "vpc_security_group_ids": [{"$ref": "group.id"}],
            },
        )
        for name, subnet in (("one", "subnet-a"), ("two", "subnet-b"))
    ]
    subnets = [
        made(name, "aws_subnet", {"vpc_id": vpc, "cidr_block": f"10.9.{place}.0/24"})
        for place, name in enumerate(_SUBNETS)
    ]
    group = made("group", "aws_security_group", {"name": "web", "vpc_id": vpc})
    return [*instances, group, *subnets, made("vpc", "aws_vpc", {"cidr_block": "10.9.0.0/16"})]


async def applied(room: Room, changes: list[JsonObject]) -> OperationReport:
    done = await room.done(change_set(room.services, room.alice, PROJECT, changes=[*changes]))
    assert done.operation.state is OperationState.FINISHED, done.error
    return done


@pytest.mark.requirement("4.7.change-set")
async def test_a_network_is_made_changed_restored_and_destroyed_as_sets(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    async with open_room(moto, real_home, tmp_path / "intent.db") as room:
        done = await applied(room, network())
        assert done.change_set is not None
        assert {c.resource_id: c.step for c in done.change_set.changes} == {
            "vpc": 1,
            "group": 2,
            **dict.fromkeys(_SUBNETS, 2),
            "one": 3,
            "two": 3,
        }
        vpcs = room.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.9.0.0/16"]}])["Vpcs"]
        assert len(vpcs) == 1
        tagged: list[JsonObject] = [
            {"operation": "update", "resource_id": name, "config": {"tags": {"env": "dev"}}}
            for name in ("vpc", "group")
        ]
        changed = await applied(room, tagged)
        assert changed.plan is not None
        assert changed.plan.summary == "0 to create, 2 to update, 0 to delete"
        back = await room.done(restore(room.services, room.alice, PROJECT, resource_id="vpc", version=1))
        assert back.operation.state is OperationState.FINISHED, back.error
        gone = await room.done(delete_cascade(room.services, room.alice, PROJECT, resource_ids=["vpc"]))
        assert gone.operation.state is OperationState.FINISHED, gone.error
        assert room.client("ec2").describe_vpcs(VpcIds=[])["Vpcs"][0]["IsDefault"]
        reservations = room.client("ec2").describe_instances()["Reservations"]
        states = {i["State"]["Name"] for r in reservations for i in r["Instances"]}
        assert states <= {"terminated"}
