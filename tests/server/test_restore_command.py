"""Versions and restore as people and assistants call them."""

from pathlib import Path

import pytest

from engine.testing.engines import make_services
from tests.server.cli_stage import Stage, set_stage
from tests.server.mcp_desk import BUCKET, asking, text

pytestmark = pytest.mark.requirement("4.4.restore")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


def test_a_person_picks_a_version_and_has_it_back(stage: Stage) -> None:
    stage.create("logs")
    stage.run("update", "demo", "logs", "--config", '{"acl": "public"}')
    stage.run("delete", "demo", "logs")
    shown = stage.run("versions", "demo", "logs").stdout.splitlines()
    assert shown[0].split() == ["VERSION", "TIME", "OPERATION", "KIND", "BY", "CHANGED"]
    kinds = [(line.split()[0], *line.split()[3:]) for line in shown[1:]]
    assert kinds == [
        ("3", "delete", "ada", "the", "end"),
        ("2", "update", "ada", "acl"),
        ("1", "create", "ada", "name"),
    ]
    done = stage.run("restore", "demo", "logs", "--version", "2")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "create logs: FINISHED")
    assert "  restores   version 2\n" in done.stdout
    assert stage.engine.cloud.objects["fake_bucket", "logs"]["acl"] == "public"
    assert "create (to version 2)" in stage.run("history", "demo").stdout
    again = stage.run("restore", "demo", "logs", "--version", "4")
    assert (again.exit_code, again.stderr.splitlines()[0]) == (
        5,
        "error: version 4 of logs is the present one (field: version)",
    )
    assert stage.run("restore", "demo", "logs", "--version", "9").exit_code == 6
    assert stage.run("restore", "demo", "logs").exit_code == 2
    document = stage.json("versions", "demo", "logs")
    assert [(v["version"], v["ended"]) for v in document["versions"]] == [
        (4, False),
        (3, True),
        (2, False),
        (1, False),
    ]


@pytest.mark.anyio
async def test_an_assistant_lists_versions_and_brings_one_back() -> None:
    engine = make_services()
    async with asking(engine) as asked:
        await asked.intent(**BUCKET)
        await asked.intent(operation="update", resource_id="logs", config={"size": 2})
        listed = await asked.intent(operation="versions", resource_id="logs")
        done = await asked.intent(operation="restore", resource_id="logs", version=1)
        refused = await asked.intent(operation="restore", resource_id="logs", version=7)
        wrong = await asked.intent(operation="restore", resource_id="logs", version=0)
    assert [v["changed"] for v in listed.structured_content["versions"]] == [["size"], ["name", "tags"]]
    assert [line[:18] for line in text(listed).splitlines()] == ["version: version=2", "version: version=1"]
    assert text(done).splitlines()[0] == "update logs to version 1 in default: FINISHED"
    assert done.structured_content["operation"]["restores"] == 1
    assert engine.cloud.objects["fake_bucket", "logs"]["size"] is None
    assert refused.structured_content["error"]["field"] == "version"
    assert wrong.structured_content["error"]["field"] == "version"
