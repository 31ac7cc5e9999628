"""Values that are known only later, of each type that a configuration may hold, before real OpenTofu."""

from pathlib import Path
from uuid import uuid4

import pytest

from engine.core.plans.plan import Plan
from engine.core.values import JsonObject, true_paths
from engine.ports.runner import Job
from server.demo.cloud import MockCloud
from tests.contract.runner_benches import AWS_PIN, quiet, real_runner

pytestmark = [pytest.mark.anyio, pytest.mark.integration]
_LATER: JsonObject = {"$ref": "other.value"}


async def planned(moto: MockCloud, work: Path, resource_type: str, config: JsonObject) -> Plan:
    job = Job(
        key=str(uuid4()),
        kind="create",
        pin=AWS_PIN,
        resource_type=resource_type,
        name="it",
        settings=moto.provider_settings,
        config=config,
        lineage=str(uuid4()),
    )
    async with real_runner(work).open(job, quiet) as run:
        return await run.plan()


@pytest.mark.requirement("4.4.unknown")
async def test_a_string_a_number_a_bool_a_list_and_a_nested_block_may_be_unknown(
    moto: MockCloud, tmp_path: Path
) -> None:
    plan = await planned(
        moto,
        tmp_path,
        "aws_instance",
        {
            "ami": "ami-1${x}",
            "instance_type": "t3.micro",
            "subnet_id": _LATER,
            "monitoring": _LATER,
            "vpc_security_group_ids": ["sg-1", _LATER],
            "ipv6_addresses": _LATER,
            "root_block_device": [{"volume_size": _LATER, "volume_type": "gp2"}],
        },
    )
    assert plan.address == "aws_instance.it"
    unknown = {"subnet_id", "monitoring", "vpc_security_group_ids", "ipv6_addresses"}
    assert {*true_paths(plan.unknown)} >= {*unknown, "root_block_device.0.volume_size"}
    assert plan.known_after is not None
    assert not unknown & plan.known_after.keys()
    assert plan.known_after["ami"] == "ami-1${x}"
    assert plan.known_after["root_block_device"] == [
        {"delete_on_termination": True, "tags": None, "volume_type": "gp2"}
    ]


async def test_a_map_and_a_member_of_an_object_may_be_unknown(moto: MockCloud, tmp_path: Path) -> None:
    rule: JsonObject = {
        **dict.fromkeys(("description", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups", "self")),
        "protocol": "tcp",
        "from_port": 80,
        "to_port": _LATER,
        "cidr_blocks": [_LATER],
    }
    config: JsonObject = {"name": "it", "vpc_id": _LATER, "tags": {"a": _LATER}, "ingress": [rule]}
    plan = await planned(moto, tmp_path, "aws_security_group", config)
    assert {*true_paths(plan.unknown)} >= {"vpc_id", "tags", "ingress.0.to_port", "ingress.0.cidr_blocks"}
    assert plan.known_after is not None
    ingress = plan.known_after["ingress"]
    assert isinstance(ingress, list)
    assert isinstance(ingress[0], dict)
    assert (ingress[0]["from_port"], "to_port" in ingress[0]) == (80, False)
