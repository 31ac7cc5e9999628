"""Waiting, keys, approval and progress: the tool `intent` over the life of an operation."""

from typing import Any

import anyio
import pytest
from mcp.shared.exceptions import MCPError

from engine.core.auth.principals import assistant
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service.approve import approve
from engine.service.create import create
from engine.service.projects.create import create_project
from engine.testing.engines import ALLOW, REVIEW, make_services
from server.context import open_desk
from server.mcp.call import Call
from server.mcp.tools.outcome import begin
from tests.server.mcp_desk import BOB, BUCKET, PERSON, asking, bind, text

PASSWORD = "hunter" + "2"
pytestmark = pytest.mark.anyio


async def test_a_pending_change_goes_on_once_a_person_has_approved_it() -> None:
    engine = make_services()
    await bind(engine, REVIEW)
    async with asking(engine) as asked:
        waiting = await asked.intent(**BUCKET)
        found = waiting.structured_content
        operation_id = found["operation"]["id"]
        assert (waiting.is_error, found["next"], found["operation"]["state"]) == (
            False,
            "approve",
            "PENDING_REVIEW",
        )
        assert f"`intent approve {operation_id}`" in text(waiting)
        refused = await asked.intent(operation="resume", operation_id=operation_id)
        assert (refused.is_error, refused.structured_content["error"]["code"]) == (True, "conflict")
        await approve(engine.services, BOB, operation_id)
        ready = await asked.intent(operation="status", operation_id=operation_id)
        assert ready.structured_content["next"] == "resume"
        done = await asked.intent(operation="resume", operation_id=operation_id)
    assert done.structured_content["operation"]["state"] == "FINISHED"
    assert engine.cloud.writes == [("create", "fake_bucket", "logs")]


async def test_the_same_key_returns_the_first_operation_and_does_nothing_again() -> None:
    engine = make_services()
    await bind(engine, REVIEW)
    async with asking(engine) as asked:
        first = await asked.intent(**BUCKET, idempotency_key="k1")
        operation_id = first.structured_content["operation"]["id"]
        await approve(engine.services, BOB, operation_id)
        again = await asked.intent(**BUCKET, idempotency_key="k1")
        assert again.structured_content["operation"]["id"] == operation_id
        assert again.structured_content["operation"]["state"] == "READY_FOR_EXECUTION"
        other = await asked.intent(**{**BUCKET, "config": {"name": "other"}}, idempotency_key="k1")
    assert (other.is_error, other.structured_content["error"]["field"]) == (True, "idempotency_key")
    assert engine.cloud.writes == []


async def test_twenty_calls_with_one_key_make_one_effect() -> None:
    engine = make_services()
    await bind(engine, ALLOW)
    ids = set()

    async def call(asked: Any) -> None:
        done = await asked.intent(**BUCKET, idempotency_key="once")
        ids.add(done.structured_content["operation"]["id"])

    async with asking(engine) as asked, anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(call, asked)
    assert len(ids) == 1
    assert engine.cloud.writes == [("create", "fake_bucket", "logs")]


async def test_no_wait_is_answered_at_once_and_status_says_the_outcome_later() -> None:
    engine = make_services()
    go_on = anyio.Event()

    async def hold(_job: Job) -> None:
        await go_on.wait()

    engine.runner.hooks["apply"] = hold
    async with asking(engine) as asked:
        begun = await asked.intent(**BUCKET, wait_seconds=0)
        assert (begun.is_error, begun.structured_content["next"]) == (False, "wait")
        operation_id = begun.structured_content["operation"]["id"]
        assert f"operation=status with operation_id={operation_id}" in text(begun)
        go_on.set()
        assert await settled(asked, operation_id) == "FINISHED"


async def test_a_cancelled_call_does_not_cancel_the_operation() -> None:
    engine = make_services()
    begun, go_on = anyio.Event(), anyio.Event()
    ids: list[str] = []

    async def hold(job: Job) -> None:
        ids.append(job.key)
        begun.set()
        await go_on.wait()

    engine.runner.hooks["plan"] = hold
    async with asking(engine, mode="legacy") as asked:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: asked.intent(**BUCKET))
            with anyio.fail_after(5):
                await begun.wait()
            tasks.cancel_scope.cancel()
        go_on.set()
        assert await settled(asked, ids[0]) == "FINISHED"


async def test_a_request_that_was_recorded_is_begun_although_its_caller_leaves_at_that_moment() -> None:
    engine = make_services()
    await create_project(engine.services, BOB, "default")
    ada = assistant(PERSON, "editor")

    async def hear(_text: str) -> None:
        """Nobody listens."""

    with anyio.fail_after(5):
        async with open_desk(engine.services) as desk:
            call = Call(desk=desk, principal=ada, default_project="default", tell=hear)
            with anyio.CancelScope() as leaving:

                async def ask() -> Operation:
                    made = await create(
                        engine.services,
                        ada,
                        "default",
                        resource_id="logs",
                        provider="testing/fake",
                        resource_type="fake_bucket",
                        config={"name": "logs"},
                    )
                    leaving.cancel()
                    return made

                await begin(call, ask())
    assert engine.cloud.writes == [("create", "fake_bucket", "logs")]


@pytest.mark.requirement("2.6.progress")
async def test_progress_arrives_while_the_caller_waits() -> None:
    heard: list[str | None] = []
    engine = make_services()

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        assert (progress, total) == (1.0, None)
        heard.append(message)

    async def breathe(_job: Job) -> None:
        with anyio.fail_after(5):
            while not heard:
                await anyio.lowlevel.checkpoint()

    engine.runner.hooks["applied"] = breathe
    async with asking(engine, mode="legacy") as asked:
        await asked.client.call_tool("intent", BUCKET, progress_callback=listen)
    assert heard == ["fake_bucket.logs: applying"]


async def settled(asked: Any, operation_id: str) -> str:
    with anyio.fail_after(5):
        while True:
            found = await asked.intent(operation="status", operation_id=operation_id)
            state = str(found.structured_content["operation"]["state"])
            if found.structured_content["next"] != "wait":
                return state


async def test_an_operation_that_breaks_off_ends_neither_the_server_nor_another_operation(
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine = make_services()

    async def break_off(job: Job) -> None:
        if job.name == "broken":
            raise ValueError(PASSWORD)

    engine.runner.hooks["plan"] = break_off
    async with asking(engine, mode="legacy") as asked:
        with pytest.raises(MCPError, match="an unexpected error") as told:
            await asked.intent(**BUCKET | {"resource_id": "broken"})
        done = await asked.intent(**BUCKET)
    assert done.structured_content is not None
    assert done.structured_content["operation"]["state"] == "FINISHED"
    assert PASSWORD not in str(told.value) + caplog.text
    assert "break_off" in caplog.text


async def test_two_who_ask_for_one_operation_at_once_follow_the_same_run() -> None:
    engine = make_services()
    await create_project(engine.services, BOB, "default")
    ada = assistant(PERSON, "editor")
    begun: list[str] = []

    async def count(job: Job) -> None:
        begun.append(job.key)

    async def hear(_text: str) -> None:
        """Nobody listens."""

    engine.runner.hooks["plan"] = count
    asked = await create(
        engine.services,
        ada,
        "default",
        resource_id="logs",
        provider="testing/fake",
        resource_type="fake_bucket",
        config={"name": "logs"},
    )
    states: list[OperationState] = []

    with anyio.fail_after(5):
        async with open_desk(engine.services) as desk, anyio.create_task_group() as tasks:

            async def follow() -> None:
                found = await desk.carry_out(ada, asked.id, None, hear)
                states.append(found.operation.state)

            tasks.start_soon(follow)
            tasks.start_soon(follow)
    assert (states, begun) == ([OperationState.FINISHED] * 2, [asked.id])
