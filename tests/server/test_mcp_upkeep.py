"""Upkeep within the server over stdio: from its start, nothing of it on stdout, told in the first status."""

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.store.unit_of_work import open_store
from engine.core.auth.principals import person
from engine.service.projects.create import create_project
from engine.service.projects.times import Times
from engine.testing.builders import MOMENT
from engine.testing.engines import make_services
from engine.testing.runners import Fault
from tests.server.mcp_desk import BUCKET, asking, text
from tests.server.test_mcp_stdio import SECONDS, process, receive, send

pytestmark = pytest.mark.anyio

ADA = person("ada")


async def left_behind(folder: Path) -> None:
    """Leave a project behind whose time is over when a server of the same clock starts."""
    async with open_store(f"sqlite+aiosqlite:///{folder}/intent.db") as store:
        engine = make_services(store=store)
        engine.clock.advance(-timedelta(days=2).total_seconds())
        await create_project(engine.services, ADA, "old", times=Times(ttl="1d"))


def overview(server: subprocess.Popen[str], number: int, project: str) -> Any:
    arguments = {"operation": "status", "project": project}
    send(server, {"id": number, "method": "tools/call", "params": {"name": "intent", "arguments": arguments}})
    return receive(server)["result"]["structuredContent"]["overview"]


@pytest.mark.requirement("4.5.timer")
async def test_a_server_archives_what_expired_while_none_ran_and_then_ends_as_ever(tmp_path: Path) -> None:
    await left_behind(tmp_path)
    with process(tmp_path, 0) as server:
        # Each answer is JSON-RPC: upkeep says nothing on stdout.
        for number in range(2, 1000):
            found = overview(server, number, "old")["lifetime"]
            if found["archived_at"] is not None:
                break
        rest, complaints = server.communicate(timeout=SECONDS)
        code = server.returncode
    assert found["archived_at"] == MOMENT.isoformat()
    assert (code, rest, complaints) == (0, "", "")


@pytest.mark.requirement("4.5.timer")
async def test_the_first_status_tells_what_was_interrupted_and_where_projects_stand_in_their_time() -> None:
    engine = make_services()
    engine.runner.fault = Fault(effect=True, known=False, trace=False)
    await create_project(engine.services, ADA, "default", times=Times(ttl="2d"))
    async with asking(engine) as asked:
        lost = (await asked.intent(**BUCKET)).structured_content["operation"]
        answer = await asked.intent(operation="status")
        shown = await asked.intent(operation="status", project="default")
    async with asking(engine, name="another") as asked:
        others = await asked.intent(operation="status")
    (told,) = answer.structured_content["operations"]
    (project,) = answer.structured_content["projects"]
    assert (lost["state"], told["operation"]["id"]) == ("INTERRUPTED", lost["id"])
    assert answer.structured_content["next"] == told["next"]
    assert others.structured_content["operations"] == []
    words = "expires in 2d, at 2026-01-04T03:04:05+00:00, and is archived then"
    assert project["time"] == words
    assert shown.structured_content["overview"]["lifetime"]["words"] == words
    assert f"operation_id: {lost['id']}" in text(answer)
    assert f"project default (default): {words}" in text(answer)
