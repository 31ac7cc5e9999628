"""`intent policy samples`: as people and as programs read them."""

import json
from pathlib import Path

import pytest

from tests.server.cli_stage import Stage, set_stage

pytestmark = pytest.mark.requirement("3.3.samples")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return set_stage(monkeypatch, tmp_path, rego=True)


def test_samples_are_listed_by_outcome_and_shown_one_by_one(stage: Stage) -> None:
    stage.attach('package intent\n\nallow contains "fine" if input.resource.resource_id == "a"\n')
    done = stage.run("project", "update", "demo", "--sample-policies")
    assert "samples    of every policy are kept" in done.stdout
    stage.create("a")
    stage.create("b")
    documents = stage.json("policy", "samples", "rules", "--outcome", "allowed")["samples"]
    assert [(d["outcome"], d["policy_version"], d["answer"]["allow"]) for d in documents] == [
        ("allowed", 1, ["fine"])
    ]
    lines = stage.run("policy", "samples", "rules").stdout.splitlines()
    assert [line.split()[3:] for line in lines[1:]] == [
        ["pending", "review", "create", "fake_bucket", "b"],
        ["allowed", "create", "fake_bucket", "a", "allow:", "fine"],
    ]
    one = stage.json("policy", "samples", "rules", "--sample", documents[0]["id"])
    assert one["policy_input"]["resource"]["resource_id"] == "a"
    text = stage.run("policy", "samples", "rules", "--sample", documents[0]["id"]).stdout.splitlines()
    assert text[:2] == ["rules v1: allowed", "  allow: fine"]
    assert json.loads(text[3].removeprefix("  input ")) == one["policy_input"]


def test_a_policy_that_was_never_stored_is_not_found(stage: Stage) -> None:
    assert stage.run("policy", "samples", "nothing").exit_code == 6
