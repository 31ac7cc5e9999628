"""A client's "yes" is never an approval: through the tools there is no way to give one."""

from typing import Any, Final

import pytest
from mcp import Client
from mcp_types import CallToolResult, ElicitResult, Implementation

from engine.core.auth.principals import ASSISTANT_SCOPES, Scope, person
from engine.core.errors import Forbidden
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.service.approve import approve
from engine.testing.engines import REVIEW, FakeEngine, make_services
from server.context import open_desk
from server.mcp.app import build
from tests.server.mcp_desk import BUCKET, Asked, bind, check

pytestmark = pytest.mark.anyio

WORDS: Final = ("approve", "approval", "consent", "confirm", "reject")


async def states(engine: FakeEngine) -> list[str]:
    async with engine.services.store.transaction() as transaction:
        return [o.state.value for o in await transaction.operations.list(None, None, 10)]


@pytest.mark.requirement("4.security.40")
async def test_a_client_that_says_yes_to_everything_approves_nothing() -> None:
    engine = make_services()
    await bind(engine, REVIEW)
    asked_for: list[Any] = []

    async def yes(context: Any, params: Any) -> Any:
        asked_for.append((context, params))
        return ElicitResult(action="accept", content={"approve": True, "approved": True})

    async with open_desk(engine.services) as desk:
        server = build(desk, person="ada", default_project="default")
        info = Implementation(name="editor", version="1")
        async with Client(server, client_info=info, elicitation_callback=yes) as client:
            asked = Asked(client)
            waiting = (await asked.intent(**BUCKET)).structured_content
            operation_id = waiting["operation"]["id"]
            assert (waiting["operation"]["state"], waiting["next"]) == ("PENDING_REVIEW", "approve")
            for refused in await every_way_to_say_yes(client, operation_id):
                assert refused.is_error
            resumed = await asked.intent(operation="resume", operation_id=operation_id)
            assert resumed.is_error
            assert resumed.structured_content["error"]["code"] == "conflict"
    assert asked_for == []
    assert (await states(engine), engine.cloud.writes) == (["PENDING_REVIEW"], [])


async def every_way_to_say_yes(client: Client, operation_id: str) -> list[CallToolResult]:
    """Return the answers to an approval by an operation, by an argument and by a value of its own."""
    calls: list[dict[str, Any]] = [{"operation": word, "operation_id": operation_id} for word in WORDS]
    calls += [{"operation": "resume", "operation_id": operation_id, word: True} for word in WORDS]
    calls += [{**BUCKET, "resource_id": "more", word: True} for word in WORDS]
    calls += [{"operation": "resume", "operation_id": operation_id, "note": "approved by ada"}]
    return [check("intent", await client.call_tool("intent", call)) for call in calls]


@pytest.mark.requirement("4.security.40")
async def test_no_tool_has_an_operation_or_an_argument_that_approves() -> None:
    engine = make_services()
    async with open_desk(engine.services) as desk:
        server = build(desk, person="ada", default_project="default")
        info = Implementation(name="editor", version="1")
        async with Client(server, client_info=info) as client:
            listed = (await client.list_tools()).tools
    for tool in listed:
        members = tool.input_schema["properties"]
        said = {*members, *members["operation"].get("enum", ()), tool.name}
        assert not [word for word in said for bad in WORDS if bad in str(word)]


@pytest.mark.requirement("4.security.40")
async def test_whoever_calls_through_a_client_lacks_the_right_to_approve() -> None:
    assert Scope.APPROVALS_WRITE not in ASSISTANT_SCOPES
    seen: list[Operation] = []
    engine = make_services()
    await bind(engine, REVIEW)
    async with open_desk(engine.services) as desk:
        server = build(desk, person="ada", default_project="default")
        for name in ("editor", "user", "cli", "user:cli:bob"):
            async with Client(server, client_info=Implementation(name=name, version="1")) as client:
                await Asked(client).intent(
                    **{**BUCKET, "resource_id": f"r{len(seen)}", "config": {"name": name}}
                )
            async with engine.services.store.transaction() as transaction:
                (last, *_) = await transaction.operations.list(None, None, 1)
            seen.append(last)
    assert {o.state for o in seen} == {OperationState.PENDING_REVIEW}
    for operation in seen:
        for client_of in (operation.actor, person("eve").model_copy(update={"scopes": ASSISTANT_SCOPES})):
            with pytest.raises(Forbidden):
                await approve(engine.services, client_of, operation.id)
