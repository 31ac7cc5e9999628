"""Change sets asked for by an assistant: one that was stopped goes on when it is resumed."""

import pytest

from engine.ports.runner import Job
from engine.testing.engines import make_services
from engine.testing.runners import Fault
from tests.server.mcp_desk import BUCKET, asking

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("4.4.stopped")
async def test_a_set_that_was_stopped_is_gone_on_with_when_it_is_resumed() -> None:
    engine = make_services()
    second = {**BUCKET, "resource_id": "more", "config": {"name": "more"}, "depends_on": ["logs"]}

    async def fails_second(job: Job) -> None:
        if job.name == "more":
            engine.runner.fault = Fault()

    engine.runner.hooks["begin"] = fails_second
    async with asking(engine) as asked:
        stopped = (await asked.intent(operation="change_set", changes=[BUCKET, second])).structured_content
        assert (stopped["operation"]["state"], stopped["next"]) == ("STOPPED", "resume")
        engine.runner.hooks.clear()
        resumed = await asked.intent(operation="resume", operation_id=stopped["operation"]["id"])
        assert resumed.structured_content["operation"]["state"] == "FINISHED"
    assert engine.cloud.writes == [("create", "fake_bucket", "logs"), ("create", "fake_bucket", "more")]
