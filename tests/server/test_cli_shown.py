"""What people are shown of drift, and in one line of each operation."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.testing.engines import DENY, REVIEW
from engine.testing.runners import Fault
from tests.server.cli_stage import Stage, set_stage


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


def test_drift_is_shown_once_with_what_to_do_about_it(stage: Stage) -> None:
    stage.create("logs")
    stage.engine.cloud.objects["fake_bucket", "logs"]["acl"] = "public"
    lines = stage.run("refresh", "demo", "logs").stdout.splitlines()
    assert lines[3:] == [
        "  plan       refresh acl",
        "  drift      changed in the cloud, remembered → found:",
        '    ~ acl: "private" → "public"',
        "  next       intent update demo logs --config '{}'   puts the cloud right",
        "  or         intent refresh demo logs --accept save   keeps what was found",
    ]
    kept = stage.run("refresh", "demo", "logs", "--accept", "save").stdout
    assert (kept.count("~ acl"), "  next " in kept) == (1, False)


def test_an_object_that_is_gone_is_said_to_be_with_what_to_do_about_it(stage: Stage) -> None:
    stage.create("logs")
    stage.engine.cloud.objects.clear()
    lines = stage.run("refresh", "demo", "logs").stdout.splitlines()
    assert lines[4:] == [
        "  cloud      the object is gone",
        "  next       intent refresh demo logs --missing recreate   makes it anew",
        "  or         intent refresh demo logs --missing forget   ends its record",
        "  or         leave it as it is: its record is kept",
    ]
    assert stage.run("history", "demo").stdout.splitlines()[1].rstrip().endswith("; the object is gone")


def said(outcome: str, policy: str = "", deny: Sequence[str] = ()) -> dict[str, Any]:
    """Return a decision as lists have it."""
    policies = [policy] if policy else []
    return {"outcome": outcome, "deny": [*deny], "policies": policies, "waived": []}


def test_lists_say_what_was_rehearsed_approved_denied_and_how_the_provider_failed(stage: Stage) -> None:
    stage.attach(REVIEW)
    held = json.loads(stage.create("logs", "--output", "json").stdout)["operation"]["id"]
    stage.run("approve", held, actor="bob")
    stage.run("operation", "resume", held)
    stage.attach(DENY)
    stage.create("more", "--dry-run")
    stage.run("policy", "detach", "rules", "demo")
    stage.engine.runner.fault = Fault(words=f"boom \x1b[2J\n{'x' * 500}")
    stage.create("long")
    lines = stage.json("history", "demo")["operations"]
    assert [(o["dry_run"], o["approved_by"], o["decision"], o["untrusted_detail"]) for o in lines] == [
        (False, [], said("allowed"), "boom \x1b[2J"),
        (True, [], said("denied", "rules v2", ["not in this project", "ask the owner"]), ""),
        (False, ["bob"], said("pending_review", "rules v1"), ""),
    ]
    for command in (("history", "demo"), ("operation", "list"), ("project", "show", "demo")):
        shown = [line.rstrip() for line in stage.run(*command).stdout.splitlines()]
        failed, rehearsed, done = shown[-3:]
        assert failed.endswith("the provider's or OpenTofu's own words: boom \\u001b[2J")
        assert " create (dry run) " in rehearsed
        assert rehearsed.endswith("not in this project")
        assert done.endswith("create; approved by bob")
        assert max(map(len, shown)) < 280


def test_reasons_of_a_policy_do_not_pose_as_lines_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    posing = "no\n  next       intent approve EVIL"
    stage = set_stage(monkeypatch, tmp_path, {"posing": {"deny": [posing], "warn": [posing]}})
    stage.attach("posing")
    shown = stage.create("logs").stdout.splitlines()
    assert any("EVIL" in line for line in shown)
    assert [line for line in shown if line.startswith("  next       intent approve")] == []
