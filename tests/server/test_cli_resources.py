"""Changing resources by command: documents for programs, text for people, an exit code for both."""

import json
import os
import signal
from pathlib import Path

import anyio.lowlevel
import pytest

from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.testing.engines import ALLOW, DENY, REVIEW, UNDECIDED
from engine.testing.runners import Fault
from tests.server.cli_stage import BUCKET, Stage, set_stage


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


def test_a_created_resource_is_one_document(stage: Stage) -> None:
    done = stage.create("logs", "--output", "json", config={"name": "logs", "tags": {"a": "1"}})
    document = json.loads(done.stdout)
    assert (done.exit_code, done.stderr) == (0, "")
    decision = document.pop("decision")
    assert (decision["outcome"], decision["policies"]) == ("allowed", [])
    operation = document.pop("operation")
    assert [step["kind"] for step in document.pop("steps")] == ["plan", "apply", "save"]
    assert {name: operation[name] for name in ("kind", "state", "actor", "client", "resource_id")} == {
        "kind": "create",
        "state": "FINISHED",
        "actor": "ada",
        "client": "cli",
        "resource_id": "logs",
    }
    assert document == {
        "format_version": "1.0",
        "plan": {
            "action": "create",
            "actions": ["create"],
            "changed": ["acl", "name", "tags"],
            "replace_paths": [],
            "unknown": ["arn", "id"],
            "summary": "create",
            "deprecated": [],
        },
        "resource": {
            "attributes": {
                "acl": "private",
                "arn": "arn:fake:logs",
                "id": "logs",
                "name": "logs",
                "rule": [],
                "size": None,
                "tags": {"a": "1"},
            },
            "drift": [],
            "missing": False,
            "tainted": False,
            "version": 1,
        },
        "error": None,
        "interruption": None,
        "change_set": None,
        "next": "none",
    }


def test_people_read_what_changes_and_what_was_decided(stage: Stage) -> None:
    stage.create("logs", config={"name": "logs", "size": 1, "tags": {"a": "1"}})
    change = json.dumps({"size": 2, "tags": {"a": "1", "b": "2"}, "acl": "public"})
    done = stage.run("update", "demo", "logs", "--config", change)
    lines = done.stdout.splitlines()
    assert lines[0] == "update logs: FINISHED"
    assert lines[2:] == [
        "  resource   fake_bucket of testing/fake 2.0.0, project demo",
        "  plan       update acl, size, tags",
        '    ~ acl: "private" → "public"',
        "    ~ size: 1 → 2",
        '    + tags.b: "2"',
        "  decision   allowed: no policy binds project demo",
    ]


def test_a_replacement_and_its_cause_are_shown(stage: Stage) -> None:
    stage.create("logs")
    done = stage.run("update", "demo", "logs", "--config", '{"name": "more"}', "--dry-run")
    assert "update logs: FINISHED (dry run)" in done.stdout
    assert "             the object is destroyed, with what it holds, and made anew\n" in done.stdout
    assert '    ~ name: "logs" → "more"\n' in done.stdout


def test_a_secret_that_changes_is_seen_to_change_and_not_read(stage: Stage) -> None:
    secret = ("--type", "fake_secret", "--provider", "testing/fake")
    made = stage.run("create", "demo", "pw", *secret, "--config", '{"name": "pw", "value": "canary-1"}')
    done = stage.run("update", "demo", "pw", "--config", '{"value": "canary-2"}')
    assert '    ~ value: "(sensitive value)" → "(sensitive value)"\n' in done.stdout
    document = json.dumps(stage.json("read", "demo", "pw"))
    assert "canary" not in made.output + done.output + document


def test_a_denial_starts_with_the_policies_words(stage: Stage) -> None:
    stage.attach(DENY)
    done = stage.create("logs")
    assert done.stdout.splitlines()[:2] == [
        "Policy violation: not in this project, ask the owner",
        "create logs: DENIED",
    ]
    assert (done.exit_code, stage.engine.cloud.writes) == (3, [])
    assert "  next       change the request, then make it again\n" in done.stdout


@pytest.mark.parametrize(("source", "code"), [(ALLOW, 0), (DENY, 3), (REVIEW, 4), (UNDECIDED, 4)])
def test_a_dry_run_exits_as_its_decision_and_changes_nothing(stage: Stage, source: str, code: int) -> None:
    stage.attach(source)
    done = stage.create("logs", "--dry-run", "--output", "json")
    assert (done.exit_code, json.loads(done.stdout)["operation"]["state"]) == (code, "FINISHED")
    assert stage.engine.cloud.writes == []


def test_what_waits_is_approved_by_another_person_and_resumed(stage: Stage) -> None:
    stage.attach(REVIEW)
    held = stage.create("logs")
    operation = held.stdout.splitlines()[1].split()[1]
    assert held.exit_code == 4
    assert f"  next       intent approve {operation} " in held.stdout
    assert "             review: a person has to look\n" in held.stdout
    own = stage.run("approve", operation)
    assert (own.exit_code, own.stderr.startswith("error: ")) == (1, True)
    given = stage.run("approve", operation, "--note", "go", actor="bob")
    assert given.exit_code == 0
    assert "  approved   by bob until 2026-01-03T03:04:05.678901+00:00: go\n" in given.stdout
    assert given.stdout.endswith(f"  next       intent operation resume {operation}\n")
    done = stage.run("operation", "resume", operation)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "create logs: FINISHED")
    assert stage.engine.cloud.writes == [("create", "fake_bucket", "logs")]


def test_what_waits_is_rejected_with_a_reason(stage: Stage) -> None:
    stage.attach(UNDECIDED)
    operation = json.loads(stage.create("logs", "--output", "json").stdout)["operation"]["id"]
    assert stage.run("reject", operation, "--note", "too big", actor="bob").exit_code == 0
    shown = stage.run("operation", "show", operation)
    assert (shown.exit_code, shown.stdout.splitlines()[0]) == (3, "create logs: REJECTED")
    assert shown.stderr.splitlines()[0] == "error: bob rejected this change: too big"
    assert stage.run("operation", "resume", operation).exit_code == 5
    assert stage.run("operation", "cancel", operation).exit_code == 5


def test_a_refresh_of_all_is_one_operation_each_and_exits_as_the_worst(stage: Stage) -> None:
    stage.create("logs")
    stage.create("more")
    stage.engine.cloud.objects["fake_bucket", "logs"]["acl"] = "public"
    document = stage.json("refresh", "demo")
    assert [one["operation"]["resource_id"] for one in document["operations"]] == ["logs", "more"]
    assert [one["resource"]["drift"] for one in document["operations"]] == [
        [{"path": "acl", "before": "private", "after": "public"}],
        [],
    ]
    text = stage.run("refresh", "demo")
    assert '    ~ acl: "private" → "public"\n' in text.stdout
    assert "  drift      none: the cloud is as remembered\n" in text.stdout
    stage.attach(DENY)
    assert stage.run("refresh", "demo", "--accept", "save").exit_code == 3


def test_a_refresh_of_nothing_says_so(stage: Stage) -> None:
    assert stage.run("refresh", "demo").stdout == "the project has no resources\n"
    assert stage.json("refresh", "demo") == {"format_version": "1.0", "operations": []}


def test_resources_come_from_and_go_back_to_the_cloud(stage: Stage) -> None:
    stage.engine.cloud.create("fake_bucket", {"name": "old"})
    done = stage.run("import", "demo", "old", *BUCKET, "--import-id", "old")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "import old: FINISHED")
    shown = stage.run("read", "demo", "old")
    assert shown.stdout.startswith("old: fake_bucket of testing/fake 2.0.0, project demo, version 1\n")
    assert stage.run("eject", "demo", "old").exit_code == 0
    assert stage.run("read", "demo", "old").exit_code == 6
    assert ("fake_bucket", "old") in stage.engine.cloud.objects


def test_a_data_source_is_read(stage: Stage) -> None:
    stage.create("logs")
    done = stage.run("read", "demo", *BUCKET, "--config", '{"name": "logs"}')
    assert done.exit_code == 0
    assert '    arn: "arn:fake:logs"\n' in done.stdout


def test_an_idempotency_key_makes_one_operation(stage: Stage) -> None:
    first = stage.create("logs", "--idempotency-key", "k1", "--output", "json")
    again = stage.create("logs", "--idempotency-key", "k1", "--output", "json")
    other = stage.create("logs", "--idempotency-key", "k1", "--output", "json", config={"name": "x"})
    assert first.stdout == again.stdout
    assert (other.exit_code, json.loads(other.stdout)["error"]["code"]) == (5, "conflict")


def test_a_failure_shows_the_providers_words_as_the_providers(stage: Stage) -> None:
    stage.engine.runner.fault = Fault(words="boom \x1b[2J\u202e")
    done = stage.create("logs")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (1, "create logs: FAILED")
    assert done.stderr.splitlines()[-2:] == [
        "the provider's or OpenTofu's own words:",
        "  | boom \\u001b[2J\\u202e",
    ]


def test_ctrl_c_in_the_middle_of_an_effect_waits_for_its_outcome_and_says_so_once(stage: Stage) -> None:
    async def interrupt(job: Job) -> None:
        del job
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(10):
                await anyio.lowlevel.checkpoint()

    stage.engine.runner.hooks["apply"] = interrupt
    done = stage.create("logs")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "create logs: FINISHED")
    assert done.stderr.count("interrupted: ") == 1
    assert stage.engine.cloud.writes == [("create", "fake_bucket", "logs")]


def test_ctrl_c_before_an_effect_ends_the_operation_without_one(stage: Stage) -> None:
    async def interrupt(job: Job) -> None:
        del job
        os.kill(os.getpid(), signal.SIGINT)

    stage.create("aaa")
    stage.create("bbb")
    stage.engine.cloud.writes.clear()
    stage.engine.runner.hooks["plan"] = interrupt
    done = stage.run("refresh", "demo", "--output", "json")
    document = json.loads(done.stdout)
    ended = [(o["operation"]["resource_id"], o["operation"]["state"]) for o in document["operations"]]
    assert (done.exit_code, ended) == (1, [("aaa", OperationState.FAILED)])
    assert stage.engine.cloud.writes == []


def test_history_lists_what_was_asked_and_the_chain_verifies(stage: Stage) -> None:
    stage.create("logs")
    stage.create("logs")
    document = stage.json("history", "demo")
    assert [(o["kind"], o["state"], o["error"]) for o in document["operations"]] == [
        ("create", "FAILED", "project demo has a resource logs already"),
        ("create", "FINISHED", ""),
    ]
    assert stage.json("operation", "list")["operations"] == [
        {"project": "demo", **line} for line in document["operations"]
    ]
    rows = stage.run("history", "demo").stdout.splitlines()
    assert (len(rows), rows[0].split()[:3]) == (3, ["TIME", "OPERATION", "KIND"])
    verified = stage.json("audit", "verify")
    entries = stage.json("audit", "export")["entries"]
    assert verified == {"format_version": "1.0", "verified": True, "entries": len(entries)}
    lines = stage.run("audit", "export", "--project", "demo").stdout.splitlines()
    assert [json.loads(line) for line in lines] == entries
