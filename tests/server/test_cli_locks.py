"""Locking a project by command, and what others and their assistants are told of it."""

import json
from pathlib import Path

import pytest

from tests.server.cli_stage import BUCKET, Stage, set_stage

AT, UNTIL = "2026-01-02T03:04:05.678901+00:00", "2026-01-02T03:09:05.678901+00:00"
LOCK = {
    "holder": "ada",
    "kind": "user",
    "client": "cli",
    "reason": "moving\tthe network",
    "since": AT,
    "expires_at": UNTIL,
}


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path)


@pytest.mark.requirement("4.2.lock", "4.2.lock-refusal")
def test_a_project_is_locked_shown_as_locked_and_unlocked(stage: Stage) -> None:
    locked = stage.json("project", "lock", "demo", "--reason", "moving\tthe network")
    assert locked == {"format_version": "1.0", "project": "demo", "lock": LOCK}
    assert stage.json("project", "show", "demo", actor="bob")["lock"] == LOCK
    shown = stage.run("project", "show", "demo").stdout
    assert "locked by  ada (user, cli) until 2026-01-02T03:09:05: moving\\tthe network" in shown
    assert stage.create("logs").exit_code == 0
    assert "is no longer locked" in stage.run("project", "unlock", "demo").stdout
    assert "was not locked" in stage.run("project", "unlock", "demo").stdout
    assert stage.json("project", "unlock", "demo") == {
        "format_version": "1.0",
        "project": "demo",
        "lock": None,
        "unlocked": False,
    }


@pytest.mark.requirement("4.2.lock-refusal", "4.2.unlock")
def test_another_persons_change_is_refused_with_5_and_says_who_until_when_and_what_helps(
    stage: Stage,
) -> None:
    assert "project demo is locked by ada (user, cli) until" in stage.run("project", "lock", "demo").stdout
    config = json.dumps({"name": "logs"})
    refused = stage.run("create", "demo", "logs", *BUCKET, "--config", config, actor="bob")
    assert refused.exit_code == 5
    words = " ".join(refused.output.split())
    for said in ("locked by ada (user, cli)", "2026-01-02T03:09:05", "`intent project unlock demo --force`"):
        assert said in words
    document = stage.json("create", "demo", "logs", *BUCKET, "--config", config, actor="bob")
    assert document["error"]["facts"]["lock"]["subject"] == "ada"
    assert stage.json("history", "demo")["operations"] == []
    assert stage.run("project", "unlock", "demo", actor="bob").exit_code == 5
    forced = stage.json("project", "unlock", "demo", "--force", actor="bob")
    assert forced["unlocked"] is True
    assert stage.run("create", "demo", "logs", *BUCKET, "--config", config, actor="bob").exit_code == 0
