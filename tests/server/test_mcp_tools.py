"""The tools as they are listed, and what the tool `intent` answers."""

import json
from pathlib import Path

import pytest

from engine.core.auth.principals import Scope
from engine.service.projects.list import list_projects
from engine.testing.engines import ALLOW, DENY, UNDECIDED, make_services
from server.mcp.catalog import INTENT, PROVIDER, TOOLS
from server.mcp.entries import reference_table
from tests.server.mcp_desk import BOB, BUCKET, PERSON, asking, bind, text

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "mcp_tools.json"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_list_of_tools_is_the_golden_one_in_one_fixed_order(mode: str) -> None:
    golden = json.loads(GOLDEN.read_text())
    async with asking(make_services(), mode=mode) as asked:
        for _ in range(2):
            listed = await asked.client.list_tools()
            written = [t.model_dump(mode="json", by_alias=True, exclude_none=True) for t in listed.tools]
            assert written == golden, "write the new list to tests/golden/mcp_tools.json if it is meant"


def test_a_tool_that_can_destroy_says_so_and_one_that_reads_too() -> None:
    hints = {}
    for tool in TOOLS:
        found = tool.listing.annotations
        assert found is not None
        hints[tool.name] = (
            found.read_only_hint,
            found.destructive_hint,
            found.idempotent_hint,
            found.open_world_hint,
        )
    assert hints == {"intent": (False, True, False, True), "provider": (True, False, True, True)}


def test_the_reference_has_the_table_of_the_catalog() -> None:
    page = (ROOT / "docs" / "reference" / "mcp.md").read_text()
    assert reference_table(INTENT) in page
    assert reference_table(PROVIDER) in page


def test_no_operation_of_an_assistant_needs_what_it_lacks() -> None:
    needed = {entry.scope for tool in TOOLS for entry in tool.operations.values()}
    assert needed == {Scope.RESOURCES_READ, Scope.RESOURCES_WRITE}
    assert not {"approve", "reject"} & INTENT.operations.keys()


async def test_an_allowed_create_is_answered_with_plan_decision_and_attributes() -> None:
    engine = make_services()
    await bind(engine, ALLOW)
    async with asking(engine) as asked:
        done = await asked.intent(**BUCKET)
    found = done.structured_content
    assert found["operation"]["state"] == "FINISHED"
    assert (found["operation"]["actor"], found["operation"]["client"]) == (PERSON, "editor")
    assert (found["plan"]["actions"], found["decision"]["outcome"]) == (["create"], "allowed")
    assert found["decision"]["allow"] == ["it is fine"]
    assert found["resource"]["attributes"]["arn"] == "arn:fake:logs"
    assert (found["next"], found["error"], done.is_error) == ("none", None, False)
    assert text(done).startswith("create logs in default: FINISHED\n")


async def test_a_denial_begins_with_the_words_that_clients_look_for() -> None:
    engine = make_services()
    await bind(engine, DENY)
    async with asking(engine) as asked:
        done = await asked.intent(**BUCKET)
        rehearsed = await asked.intent(**BUCKET, dry_run=True)
    assert text(done).splitlines()[0] == "Policy violation: not in this project, ask the owner"
    assert text(rehearsed).startswith("Policy violation: not in this project, ask the owner\n")
    found = done.structured_content
    assert (done.is_error, found["operation"]["state"], found["next"]) == (True, "DENIED", "fix")
    assert found["decision"]["deny"] == ["not in this project", "ask the owner"]
    assert engine.cloud.writes == []


async def test_the_text_says_why_where_no_policy_gives_a_reason() -> None:
    engine = make_services()
    async with asking(engine) as asked:
        free = await asked.intent(**BUCKET)
        await bind(engine, UNDECIDED)
        held = await asked.intent(operation="delete", resource_id="logs")
    assert "\ndecision: allowed: no policy binds project default\n" in text(free)
    assert "\ndecision: pending_review by rule v1: no policy allows it and none denies it\n" in text(held)


async def test_the_text_leaves_out_what_there_is_not() -> None:
    engine = make_services()
    async with asking(engine) as asked:
        failed = await asked.intent(**{**BUCKET, "config": {}})
        await asked.intent(**BUCKET)
        kind = {"data_source_type": "fake_bucket", "provider": "testing/fake"}
        read = await asked.intent(operation="read", **kind, config={"name": "logs"})
    assert "version 0" not in text(failed) + text(read)
    assert not [
        line for line in text(failed).splitlines() + text(read).splitlines() if line[:9] == "resource "
    ]
    assert "arn:fake:logs" in text(read)


async def test_drift_is_told_with_what_to_do_about_it() -> None:
    engine = make_services()
    async with asking(engine) as asked:
        await asked.intent(**BUCKET)
        engine.cloud.objects["fake_bucket", "logs"]["acl"] = "public"
        lines = text(await asked.intent(operation="refresh", resource_id="logs")).splitlines()
        kept = text(await asked.intent(operation="refresh", resource_id="logs", accept="save"))
    assert 'drift acl: "private" -> "public"' in lines
    assert [line for line in lines if line.startswith("plan")] == []
    assert lines[-1].startswith("To put the cloud right: operation=update with config={}.")
    assert "To put the cloud right" not in kept


async def test_an_overview_says_of_the_last_operations_what_lists_say() -> None:
    engine = make_services()
    await bind(engine, DENY)
    async with asking(engine) as asked:
        await asked.intent(**BUCKET, dry_run=True)
        shown = await asked.intent(operation="status", project="default")
    assert "dry_run=True" in text(shown)
    said = "decision=(outcome=denied deny=['not in this project', 'ask the owner'] policies=['rule v1'])"
    assert said in text(shown)


async def test_a_refresh_without_a_resource_compares_all() -> None:
    engine = make_services()
    async with asking(engine) as asked:
        await asked.intent(**BUCKET)
        await asked.intent(**{**BUCKET, "resource_id": "more", "config": {"name": "more"}})
        del engine.cloud.objects["fake_bucket", "more"]
        done = await asked.intent(operation="refresh")
    found = {
        each["operation"]["resource_id"]: (each["operation"]["state"], each["resource"]["missing"])
        for each in done.structured_content["operations"]
    }
    assert found == {"logs": ("FINISHED", False), "more": ("FINISHED", True)}
    assert "missing: the cloud no longer has this object" in text(done)


async def test_the_default_project_is_made_by_the_first_write_and_no_other_ever() -> None:
    engine = make_services()
    async with asking(engine) as asked:
        assert (await asked.intent(operation="status")).structured_content["projects"] == []
        assert (await asked.intent(operation="export")).structured_content["error"]["field"] == "project"
        elsewhere = await asked.intent(**BUCKET, project="web")
        assert elsewhere.structured_content["error"]["code"] == "not_found"
        assert await list_projects(engine.services, BOB) == ()
        await asked.intent(**BUCKET)
        listed = await asked.intent(operation="status")
        shown = await asked.intent(operation="status", project="default")
    (project,) = listed.structured_content["projects"]
    assert (project["project"], project["default"]) == ("default", True)
    overview = shown.structured_content["overview"]
    assert [each["resource_id"] for each in overview["resources"]] == ["logs"]
    assert [each["state"] for each in overview["last"]] == ["FINISHED"]


async def test_a_long_answer_is_cut_in_the_text_and_whole_in_the_structure() -> None:
    tags = {f"key{number}": "ü" * 50 for number in range(100)}
    async with asking(make_services()) as asked:
        done = await asked.intent(**{**BUCKET, "config": {"name": "logs", "tags": tags}})
    assert text(done).endswith("…(cut; the structured part has the rest)")
    assert done.structured_content["resource"]["attributes"]["tags"] == tags
