"""What depends on what in a project, as people, programs and assistants are told."""

import json
from pathlib import Path

import pytest

from engine.testing.engines import make_services
from engine.testing.runners import Fault
from tests.server.cli_stage import BUCKET as BUCKET_TYPE
from tests.server.cli_stage import Stage, set_stage
from tests.server.mcp_desk import BUCKET, asking, text

pytestmark = pytest.mark.requirement("4.4.graph")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


def test_a_graph_is_written_for_people_graphviz_mermaid_and_programs(stage: Stage) -> None:
    stage.create("logs")
    stage.create("copy", config={"name": "copy", "acl": {"$ref": "logs.acl"}})
    stage.engine.runner.fault = Fault(effect=True)
    stage.run("create", "demo", "half", *BUCKET_TYPE, "--config", '{"name": "half"}', "--depends-on", "copy")
    assert stage.run("graph", "demo").stdout.splitlines() == [
        "1 logs fake_bucket; needed by copy",
        "2 copy fake_bucket; needs logs; needed by half",
        "3 half fake_bucket (tainted); needs copy",
    ]
    dot = stage.run("graph", "demo", "--format", "dot").stdout
    assert dot.startswith('digraph "demo" {\n')
    assert '  "copy" -> "logs";\n' in dot
    mermaid = stage.run("graph", "demo", "--format", "mermaid").stdout
    assert mermaid.splitlines()[1] == '  n0["logs<br/>fake_bucket"]'
    document = json.loads(stage.run("graph", "demo", "--format", "json").stdout)
    assert document == stage.json("graph", "demo")
    assert document["nodes"][2] == {
        "resource_id": "half",
        "type": "fake_bucket",
        "depends_on": ["copy"],
        "dependents": [],
        "marks": ["tainted"],
    }


def test_an_object_that_is_gone_is_marked_and_a_project_may_be_empty_or_unknown(stage: Stage) -> None:
    stage.run("project", "create", "bare")
    assert stage.run("graph", "bare").stdout == "project bare has no resources\n"
    assert stage.run("graph", "none").exit_code == 6
    stage.create("logs")
    stage.create("more")
    stage.engine.cloud.objects["fake_bucket", "more"]["acl"] = "public"
    stage.engine.cloud.objects.pop(("fake_bucket", "logs"))
    stage.run("refresh", "demo")
    assert stage.run("graph", "demo").stdout.splitlines() == [
        "1 logs fake_bucket (missing)",
        "2 more fake_bucket (drifted)",
    ]


@pytest.mark.anyio
async def test_an_assistant_asks_what_depends_on_what() -> None:
    async with asking(make_services()) as asked:
        await asked.intent(**BUCKET)
        told = await asked.intent(operation="graph")
    assert text(told) == "1 logs fake_bucket"
    assert [node["resource_id"] for node in told.structured_content["graph"]["nodes"]] == ["logs"]
