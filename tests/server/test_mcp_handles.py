"""The handles that a client holds: ids of operations and idempotency keys, nothing of the server's state."""

import json
from typing import Any, Final

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS

from engine.core.auth.principals import assistant
from engine.service.create import create
from engine.service.history import history
from engine.testing.builders import identifier
from engine.testing.engines import REVIEW, FakeEngine, make_services
from tests.server.mcp_desk import BOB, BUCKET, Asked, asking, bind

pytestmark = pytest.mark.anyio

UNKNOWN: Final = identifier(999)
TAKES_AN_ID: Final = ("status", "resume", "cancel")


async def said(asked: Asked, operation: str, operation_id: str) -> str:
    """Return the whole answer about an operation, its id replaced."""
    answer = await asked.intent(operation=operation, operation_id=operation_id)
    return answer.model_dump_json().replace(operation_id, "ID")


async def recorded(engine: FakeEngine) -> Any:
    return (await history(engine.services, BOB, "default", limit=50)).operations


@pytest.mark.requirement("4.security.34")
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_no_answer_carries_state_of_the_server_and_none_is_taken_back(mode: str) -> None:
    engine = make_services()
    await bind(engine, REVIEW)
    async with asking(engine, mode=mode) as asked:
        made = await asked.intent(**BUCKET, idempotency_key="k")
        looked = await asked.intent(operation="status", project="default")
        for answer in (made, looked):
            written = answer.model_dump(mode="json", by_alias=True, exclude_none=True)
            assert written.get("resultType", "complete") == "complete"
            assert "requestState" not in json.dumps(written)
        before = await recorded(engine)
        for state in ("", "forged", made.structured_content["operation"]["id"]):
            with pytest.raises(MCPError) as refused:
                await asked.client.call_tool(
                    "intent", {**BUCKET, "resource_id": "other"}, request_state=state
                )
            assert refused.value.error.code == INVALID_PARAMS
            assert refused.value.error.data == {"reason": "invalid_request_state"}
        assert await recorded(engine) == before


@pytest.mark.requirement("4.security.34", "4.security.35")
async def test_an_id_that_is_foreign_or_altered_is_unknown_also_after_a_restart() -> None:
    engine = make_services()
    await bind(engine, REVIEW)
    bobs = await create(
        engine.services,
        assistant("bob", "editor"),
        "default",
        resource_id="logs",
        provider="testing/fake",
        resource_type="fake_bucket",
        config={"name": "logs"},
    )
    async with asking(engine) as asked:
        mine = (await asked.intent(**BUCKET)).structured_content["operation"]["id"]
    async with asking(engine) as asked:
        altered = mine[:-1] + ("0" if mine[-1] != "0" else "1")
        for operation in TAKES_AN_ID:
            unknown = await said(asked, operation, UNKNOWN)
            assert await said(asked, operation, bobs.id) == unknown
            assert await said(asked, operation, altered) == unknown
            assert '"not_found"' in unknown
        shown = await asked.intent(operation="status", project="default")
        assert bobs.id not in shown.model_dump_json()
        kept = await asked.intent(operation="status", operation_id=mine)
        assert kept.structured_content["operation"]["state"] == "PENDING_REVIEW"
    # Another program of the same person has no part in it either.
    async with asking(engine, name="another editor") as asked:
        assert await said(asked, "cancel", mine) == await said(asked, "cancel", UNKNOWN)


@pytest.mark.requirement("4.security.34")
async def test_an_operation_that_has_ended_is_not_gone_on_with_whoever_tries_again() -> None:
    engine = make_services()
    async with asking(engine) as asked:
        done = (await asked.intent(**BUCKET, idempotency_key="k")).structured_content
        ended = done["operation"]["id"]
        for operation in ("resume", "cancel"):
            answer = await asked.intent(operation=operation, operation_id=ended)
            assert answer.structured_content["error"]["code"] == "conflict"
        again = (await asked.intent(**BUCKET, idempotency_key="k")).structured_content
        assert again["operation"] == done["operation"]
    assert len(engine.cloud.writes) == 1
