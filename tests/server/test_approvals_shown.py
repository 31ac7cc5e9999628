"""Approvals as people and assistants read them: needed, given and missing, by whom and until when."""

from pathlib import Path
from typing import Final

import pytest
from pydantic import JsonValue

from engine.service.approve import approve
from engine.testing.engines import make_services
from tests.server.cli_stage import set_stage
from tests.server.mcp_desk import BOB, BUCKET, asking, bind, text

TWO: Final = "package intent # two of three"
SAID: Final[dict[str, dict[str, JsonValue]]] = {
    TWO: {"review": [{"msg": "look", "approvals": 2, "approvers": ["bob", "carol", "dan"]}]}
}
TOMORROW: Final = "2026-01-03T03:04:05.678901+00:00"


@pytest.mark.requirement("4.3.visible")
def test_the_command_shows_what_is_missing_and_the_list_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stage = set_stage(monkeypatch, tmp_path, SAID)
    stage.attach(TWO)
    operation = stage.create("logs").stdout.splitlines()[1].split()[1]
    given = stage.run("approve", operation, "--note", "go", actor="bob")
    assert given.exit_code == 0
    lines = given.stdout.splitlines()
    assert (
        "  needs      2 approvals by bob, carol or dan: 1 of 2 approvals is missing, by carol or dan" in lines
    )
    assert "             asks for 2 approvals by bob, carol or dan: look" in lines
    assert f"  approved   by bob until {TOMORROW}: go" in lines
    assert f"  expires    {TOMORROW}" in lines
    (row,) = stage.json("history", "demo")["operations"]
    assert (row["approved_by"], row["waits_for"]) == (["bob"], "1 of 2 approvals is missing, by carol or dan")
    again = stage.run("approve", operation, actor="bob")
    assert (again.exit_code, "bob has approved this plan already" in again.stderr) == (5, True)
    refused = stage.run("approve", operation, actor="eve")
    assert (refused.exit_code, "carol or dan" in refused.stderr) == (1, True)
    ready = stage.run("approve", operation, actor="dan").stdout
    assert "2 approvals by bob, carol or dan: given" in ready
    done = stage.run("operation", "resume", operation)
    assert (done.exit_code, "by bob, used " in done.stdout) == (0, True)


@pytest.mark.anyio
@pytest.mark.requirement("4.3.visible")
async def test_an_assistant_is_told_whose_approval_is_missing() -> None:
    engine = make_services(said=SAID)
    await bind(engine, TWO)
    async with asking(engine) as asked:
        waiting = (await asked.intent(**BUCKET)).structured_content
        operation_id = waiting["operation"]["id"]
        await approve(engine.services, BOB, operation_id)
        told = await asked.intent(operation="status", operation_id=operation_id)
    lines = text(told).splitlines()
    assert "approval: 1 of 2 approvals is missing, by carol or dan" in lines
    assert "approval by bob: given" in lines
    assert f"expires: {TOMORROW}" in lines
    assert told.structured_content["operation"]["demands"] == [
        {
            "approvals": 2,
            "approvers": ["bob", "carol", "dan"],
            "given": ["bob"],
            "missing": 1,
            "outstanding": ["carol", "dan"],
            "out_of_reach": False,
        }
    ]
    assert told.structured_content["decision"]["demands"][0]["reason"] == "look"
