"""The whole demo through a real MCP client over stdio, against the wheel: what an assistant sees of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from mcp import Client, StdioServerParameters

from server.demo.cloud import MockCloud, mock_cloud
from server.demo.eyes import Eyes
from server.shipped import policies_folder

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

_AWS = {"provider": "hashicorp/aws", "provider_version": "3.39.0", "project": "demo"}
_BUCKET = "mcp-demo-logs"
_PARAMETER = "/mcp-demo/greeting"
_TABLE = {
    "name": "mcp-demo",
    "hash_key": "id",
    "billing_mode": "PAY_PER_REQUEST",
    "attribute": [{"name": "id", "type": "S"}],
}


@dataclass
class Desk:
    """An assistant's client, and the command line of the people around it."""

    client: Client
    intent: Path
    environment: Mapping[str, str]

    async def ask(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call the tool `intent` and wait until the operation rests."""
        answer = await self._call(operation=operation, **arguments)
        while answer["next"] == "wait":
            answer = await self._call(operation="status", operation_id=answer["operation"]["id"])
        return answer

    async def state(self, operation: str, **arguments: Any) -> str:
        """Call the tool and return the state in which the operation rests."""
        answer = await self.ask(operation, **arguments)
        assert answer["operation"] is not None, answer
        return str(answer["operation"]["state"])

    async def person(self, name: str, *arguments: str) -> None:
        """Run a command as a person."""
        environment = {**self.environment, "INTENT_ACTOR": name}
        await anyio.run_process([self.intent, *arguments], env=environment)

    async def _call(self, **arguments: Any) -> dict[str, Any]:
        result = await self.client.call_tool("intent", arguments)
        content = result.structured_content
        assert isinstance(content, dict), result
        return content


@pytest.mark.requirement("2.0.mcp-client", "2.9.mcp-demo", "2.6.mcp-tools")
async def test_an_assistant_plays_the_whole_demo(
    intent: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    with mock_cloud() as cloud:
        eyes = Eyes(cloud)
        parameters = StdioServerParameters(command=str(intent), args=["mcp"], env=dict(environment))
        async with Client(parameters) as client:
            desk = Desk(client, intent, environment)
            await _people_set_the_scene(desk, cloud, tmp_path)
            await _asks_the_provider(client)
            await _is_allowed_denied_and_reviewed(desk, eyes)
            await _sees_drift_and_imports(desk, eyes)
            await _exports(desk)
            await _deletes(desk, eyes)
            await desk.person("alice", "audit", "verify")


async def _people_set_the_scene(desk: Desk, cloud: MockCloud, folder: Path) -> None:
    settings = folder / "settings.json"
    settings.write_text(json.dumps({"hashicorp/aws": cloud.provider_settings}), "utf-8")
    await desk.person("alice", "project", "create", "demo")
    await desk.person("alice", "project", "update", "demo", "--provider-config", f"@{settings}")
    await desk.person("alice", "policy", "add", "demo", str(policies_folder() / "demo" / "demo.rego"))
    await desk.person("alice", "policy", "attach", "demo", "demo")


async def _asks_the_provider(client: Client) -> None:
    tools = {tool.name for tool in (await client.list_tools()).tools}
    assert tools == {"intent", "provider"}
    result = await client.call_tool(
        "provider", {"operation": "resource", "type": "aws_s3_bucket", "filter": "acl"}
    )
    assert "acl" in json.dumps(result.structured_content)


async def _is_allowed_denied_and_reviewed(desk: Desk, eyes: Eyes) -> None:
    bucket = {"bucket": _BUCKET, "acl": "private"}
    made = await desk.state(
        "create", resource_id="logs", resource_type="aws_s3_bucket", config=bucket, **_AWS
    )
    assert (made, await eyes.buckets()) == ("FINISHED", [_BUCKET])
    tags = {"tags": {"owner": "alice"}}
    assert await desk.state("update", project="demo", resource_id="logs", config=tags) == "FINISHED"
    assert await eyes.tags(_BUCKET) == {"owner": "alice"}
    machine = {"ami": "ami-12c6146b", "instance_type": "t3.micro"}
    refused = await desk.ask(
        "create", resource_id="worker", resource_type="aws_instance", config=machine, **_AWS
    )
    assert refused["operation"]["state"] == "DENIED"
    assert "EC2 instances are not allowed here" in refused["decision"]["deny"][0]
    assert await eyes.instances() == []
    waiting = await desk.ask(
        "create", resource_id="table", resource_type="aws_dynamodb_table", config=_TABLE, **_AWS
    )
    assert (waiting["operation"]["state"], waiting["next"]) == ("PENDING_REVIEW", "approve")
    assert await eyes.tables() == []
    await desk.person("bob", "approve", waiting["operation"]["id"], "--note", "fine")
    assert await desk.state("resume", operation_id=waiting["operation"]["id"]) == "FINISHED"
    assert await eyes.tables() == ["mcp-demo"]


async def _sees_drift_and_imports(desk: Desk, eyes: Eyes) -> None:
    await eyes.tag(_BUCKET, "mallory")
    seen = await desk.ask("refresh", project="demo", resource_id="logs")
    drift = {d["path"]: (d["before"], d["after"]) for d in seen["resource"]["drift"]}
    assert drift["tags.owner"] == ("alice", "mallory")
    assert await desk.state("update", project="demo", resource_id="logs", config={}) == "FINISHED"
    assert await eyes.tags(_BUCKET) == {"owner": "alice"}
    await eyes.put_parameter(_PARAMETER, "hello")
    arguments = {"resource_id": "greeting", "resource_type": "aws_ssm_parameter", "import_id": _PARAMETER}
    assert await desk.state("import", **arguments, **_AWS) == "FINISHED"


async def _exports(desk: Desk) -> None:
    exported = await desk.ask("export", project="demo")
    main = exported["export"]["files"]["main.tf"]
    assert 'resource "aws_s3_bucket" "logs"' in main
    assert "hello" not in main
    withheld = await desk.ask("export", project="demo", format="state")
    assert withheld["error"]["code"] == "forbidden"


async def _deletes(desk: Desk, eyes: Eyes) -> None:
    for resource_id in ("greeting", "logs"):
        assert await desk.state("delete", project="demo", resource_id=resource_id) == "FINISHED"
    waiting = await desk.ask("delete", project="demo", resource_id="table")
    await desk.person("bob", "approve", waiting["operation"]["id"])
    assert await desk.state("resume", operation_id=waiting["operation"]["id"]) == "FINISHED"
    assert [*await eyes.buckets(), *await eyes.tables(), *await eyes.parameters()] == []
    overview = await desk.ask("status", project="demo")
    assert "FINISHED" in json.dumps(overview)
