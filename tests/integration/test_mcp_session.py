"""An MCP client over stdio with nothing faked: OpenTofu, the AWS provider, Rego, SQLite and a moto cloud."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult

from engine.core.policy.policies import RegoVersion
from engine.service.approve import approve
from engine.service.policies.add import add_policy
from engine.service.policies.attach import attach_policy
from server.demo.cloud import CREDENTIALS, MockCloud
from tests.room import PROJECT, Room, open_room
from tests.server.mcp_desk import Asked, text

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

AWS: Final = {"provider": "hashicorp/aws", "provider_version": "3.39.0"}
CANARY: Final = "canary-5ecret"
POLICY: Final = """\
package intent

type := input.resource.resource_type

allow contains "parameters and buckets are fine" if type in {"aws_ssm_parameter", "aws_s3_bucket"}

deny contains "no machines here" if type == "aws_instance"
"""


class Session:
    """A client of `intent mcp` that keeps every answer."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.answers: list[CallToolResult] = []

    async def intent(self, **arguments: Any) -> Any:
        """Call the tool `intent` with time enough and return the structured part of its answer."""
        waiting = {"wait_seconds": 55} if arguments["operation"] in {"create", "update", "delete"} else {}
        self.answers.append(await self._asked.intent(**{**waiting, **arguments}))
        return self.answers[-1].structured_content

    async def provider(self, **arguments: Any) -> Any:
        """Call the tool `provider` and return the structured part of its answer."""
        self.answers.append(await self._asked.provider(**arguments))
        return self.answers[-1].structured_content


@asynccontextmanager
async def open_session(home: Path, database: Path, complaints: Path) -> AsyncIterator[Session]:
    """Start `intent mcp` as an editor does, its stderr kept."""
    environment = {
        **os.environ,
        **CREDENTIALS,
        "INTENT_HOME": str(home),
        "INTENT_DATABASE_URL": f"sqlite:///{database}",
        "INTENT_PROJECT": PROJECT,
        "INTENT_ACTOR": "ada",
    }
    script = str(Path(sys.executable).parent / "intent")
    program = StdioServerParameters(command=script, args=["mcp"], env=environment)
    with complaints.open("w") as written, anyio.fail_after(300):
        async with Client(stdio_client(program, errlog=written)) as client:
            yield Session(Asked(client))


async def test_an_assistant_works_through_a_whole_session(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    database, complaints = tmp_path / "intent.db", tmp_path / "stderr.txt"
    async with open_room(moto, real_home, database) as room:
        await add_policy(room.services, room.alice, "rule", POLICY, RegoVersion.V1)
        await attach_policy(room.services, room.alice, "rule", PROJECT)
        async with open_session(real_home, database, complaints) as session:
            await _keep_a_secret(session, room)
            await _meet_the_policies(session, room)
            await _adopt_and_let_go(session, room)
            for kind in ("hcl", "json", "state"):
                await session.intent(operation="export", format=kind)
            assert (await session.provider(operation="resource", type="aws_instance"))["pages"] > 1
    for answer in session.answers:
        assert CANARY not in answer.model_dump_json()
    assert complaints.read_text() == ""


async def _keep_a_secret(session: Session, room: Room) -> None:
    config = {"name": "/mcp/key", "type": "SecureString", "value": CANARY}
    create = {"operation": "create", "resource_id": "key", "resource_type": "aws_ssm_parameter", **AWS}
    made = await session.intent(**create, config=config, idempotency_key="k")
    assert (made["operation"]["state"], made["next"]) == ("FINISHED", "none"), made["error"]
    assert (made["decision"]["outcome"], made["operation"]["client"]) == ("allowed", "mcp")
    assert made["resource"]["attributes"]["value"] == "(sensitive value)"
    again = await session.intent(**create, config=config, idempotency_key="k")
    assert again["operation"] == made["operation"]
    changed = await session.intent(operation="update", resource_id="key", config={"description": "new"})
    assert changed["plan"]["actions"] == ["update"]
    ssm = room.client("ssm")
    ssm.put_parameter(Name="/mcp/key", Value=f"{CANARY}-2", Type="SecureString", Overwrite=True)
    drifted = await session.intent(operation="refresh", resource_id="key")
    assert "value" in {change["path"] for change in drifted["resource"]["drift"]}


async def _meet_the_policies(session: Session, room: Room) -> None:
    machine = {"ami": "ami-12c6146b", "instance_type": "t2.micro"}
    create = {"operation": "create", "resource_id": "box", "resource_type": "aws_instance", **AWS}
    denied = await session.intent(**create, config=machine)
    assert (denied["operation"]["state"], session.answers[-1].is_error) == ("DENIED", True)
    assert text(session.answers[-1]).startswith("Policy violation: no machines here\n")
    create = {"operation": "create", "resource_id": "topic", "resource_type": "aws_sns_topic", **AWS}
    begun = await session.intent(**create, config={"name": "mcp-topic"}, wait_seconds=0)
    assert begun["next"] == "wait"
    operation_id = begun["operation"]["id"]
    waiting = begun
    while waiting["next"] == "wait":
        waiting = await session.intent(operation="status", operation_id=operation_id)
    assert (waiting["operation"]["state"], waiting["next"]) == ("PENDING_REVIEW", "approve")
    await approve(room.services, room.alice, operation_id)
    done = await session.intent(operation="resume", operation_id=operation_id)
    assert done["operation"]["state"] == "FINISHED", done["error"]


async def _adopt_and_let_go(session: Session, room: Room) -> None:
    room.client("s3").create_bucket(Bucket="mcp-bucket")
    known = {"resource_id": "bucket", "resource_type": "aws_s3_bucket", **AWS}
    adopted = await session.intent(operation="import", import_id="mcp-bucket", **known)
    assert adopted["operation"]["state"] == "FINISHED", adopted["error"]
    wrong = await session.intent(operation="update", resource_id="bucket", config={"tgas": {}})
    assert (wrong["operation"]["state"], wrong["error"]["code"]) == ("FAILED", "invalid_input")
    shown = await session.intent(operation="status", project=PROJECT)
    held = {resource["resource_id"] for resource in shown["overview"]["resources"]}
    assert held == {"key", "topic", "bucket"}
    deleted = await session.intent(operation="delete", resource_id="bucket")
    assert deleted["operation"]["state"] == "FINISHED", deleted["error"]
    left = [bucket["Name"] for bucket in room.client("s3").list_buckets()["Buckets"]]
    assert "mcp-bucket" not in left
