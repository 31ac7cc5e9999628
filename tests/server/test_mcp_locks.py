"""Locks by the tool `intent`: an assistant's own, what status shows of one, and what others are told."""

import pytest

from engine.core.auth.principals import assistant
from engine.service.projects.lock import lock_project
from engine.testing.engines import make_services
from tests.server.mcp_desk import BOB, BUCKET, asking, text

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("4.2.lock", "4.2.lock-refusal")
async def test_an_assistant_locks_works_and_unlocks() -> None:
    engine = make_services()
    async with asking(engine) as asked:
        locked = await asked.intent(operation="lock", reason="three changes")
        held = locked.structured_content["overview"]["lock"]
        assert (held["holder"], held["client"], held["reason"]) == ("ada", "editor", "three changes")
        assert "lock: holder=ada kind=assistant client=editor reason=three changes" in text(locked)
        assert (await asked.intent(**BUCKET)).structured_content["operation"]["state"] == "FINISHED"
        shown = await asked.intent(operation="status", project="default")
        assert shown.structured_content["overview"]["lock"] == held
        ended = await asked.intent(operation="unlock")
        assert ended.structured_content["overview"]["lock"] is None
        assert not (await asked.intent(operation="unlock")).is_error


@pytest.mark.requirement("4.2.lock-refusal", "4.2.unlock")
async def test_an_assistant_is_told_of_anothers_lock_and_cannot_end_it() -> None:
    engine = make_services()
    async with asking(engine) as asked:
        await asked.intent(**BUCKET)
        await lock_project(engine.services, assistant("bob", "bot"), "default", "mine")
        for refused in (
            await asked.intent(operation="update", resource_id="logs", config={"tags": {}}),
            await asked.intent(operation="lock"),
        ):
            error = refused.structured_content["error"]
            assert (error["code"], error["facts"]["lock"]["client"]) == ("conflict", "bot")
            assert "is locked by bob (assistant, bot) since" in text(refused)
        forbidden = await asked.intent(operation="unlock")
        assert forbidden.structured_content["error"]["code"] == "forbidden"
        looked = await asked.intent(operation="status", project="default")
        assert looked.structured_content["overview"]["lock"]["holder"] == BOB.subject
        assert not (await asked.intent(operation="read", resource_id="logs")).is_error
