"""What the tests of the MCP server share: the server on fakes, asked in memory, each answer checked."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import jsonschema  # type: ignore[import-untyped]  # it ships no types
from mcp import Client
from mcp_types import CallToolResult, Implementation, TextContent

from engine.core.auth.principals import person
from engine.core.errors import Conflict
from engine.core.policy.policies import RegoVersion
from engine.service.policies.add import add_policy
from engine.service.policies.attach import attach_policy
from engine.service.projects.create import create_project
from engine.service.projects.list import list_projects
from engine.testing.engines import FakeEngine
from server.context import open_desk
from server.mcp.app import build
from server.mcp.catalog import TOOLS

PERSON: Final = "ada"
BOB: Final = person("bob")
SCHEMAS: Final = {tool.name: tool.listing.output_schema for tool in TOOLS}
BUCKET: Final = {
    "operation": "create",
    "resource_id": "logs",
    "provider": "testing/fake",
    "resource_type": "fake_bucket",
    "config": {"name": "logs", "tags": {"team": "web"}},
}


class Asked:
    """A client whose every answer is checked against what holds of all answers."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def intent(self, **arguments: Any) -> CallToolResult:
        """Call the tool `intent`."""
        return check("intent", await self.client.call_tool("intent", arguments))

    async def provider(self, **arguments: Any) -> CallToolResult:
        """Call the tool `provider`."""
        return check("provider", await self.client.call_tool("provider", arguments))


def check(tool: str, result: CallToolResult) -> CallToolResult:
    """Return the result, which keeps the bounds and the output schema of its tool."""
    jsonschema.validate(result.structured_content, SCHEMAS[tool])
    assert len(text(result).encode()) <= (2_048 if tool == "intent" else 6_144)
    if tool == "provider":
        assert len(json.dumps(result.structured_content).encode()) <= 6_144
    assert result.is_error == (result.structured_content["next"] == "fix")
    return result


def text(result: CallToolResult) -> str:
    """Return the text of a result, which is its only content."""
    (block,) = result.content
    assert isinstance(block, TextContent)
    return block.text


@asynccontextmanager
async def asking(engine: FakeEngine, *, mode: str = "auto", name: str = "editor") -> AsyncIterator[Asked]:
    """Connect a client in memory to a server on an engine of fakes."""
    async with open_desk(engine.services) as desk:
        server = build(desk, person=PERSON, default_project="default")
        info = Implementation(name=name, version="1")
        async with Client(server, mode=mode, client_info=info) as client:
            yield Asked(client)


async def bind(engine: FakeEngine, source: str, project: str = "default") -> None:
    """Bind a project to the policy of that source; it is made where it is missing."""
    known = {p.name for p in await list_projects(engine.services, BOB)}
    if project not in known:
        await create_project(engine.services, BOB, project)
    await add_policy(engine.services, BOB, "rule", source, RegoVersion.V1)
    with suppress(Conflict):
        await attach_policy(engine.services, BOB, "rule", project)
