"""`intent policy simulate`, `backtest` and `replay`, on real Rego and a real database."""

import json
from pathlib import Path

import pytest

from tests.server.cli_stage import Stage, set_stage

FIRST = 'package intent\n\nallow contains "fine"\n'
SECOND = (
    'package intent\n\nallow contains "fine"\n\ndeny contains "no b" if input.resource.resource_id == "b"\n'
)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    stage = set_stage(monkeypatch, tmp_path, rego=True)
    stage.attach(FIRST)
    (tmp_path / "second.rego").write_text(SECOND)
    return stage


def changed(stage: Stage) -> str:
    return str(stage.home.parent / "second.rego")


def made(stage: Stage, name: str) -> str:
    return str(json.loads(stage.create(name, "--output", "json").stdout)["operation"]["id"])


@pytest.mark.requirement("3.3.backtest")
def test_a_changed_policy_is_tested_on_everything_that_was_decided(stage: Stage) -> None:
    made(stage, "a")
    second = made(stage, "b")
    done = stage.run("policy", "backtest", "--policy", changed(stage), "--as", "rules", "--project", "demo")
    lines = done.stdout.splitlines()
    assert (done.exit_code, lines[:2]) == (
        1,
        ["rules: 2 of 2 recorded decisions judged, 1 outcome would change", "  allowed → denied: 1"],
    )
    assert lines[3].split()[1:] == [
        *("demo", "create", "fake_bucket", "b", "allowed", "→", "denied", "+", "deny:", "no", "b", second)
    ]
    document = stage.json("policy", "backtest", "--policy", changed(stage), "--as", "rules", "--all")
    assert (document["changed"], document["changes"][0]["gained"]) == (
        {"allowed → denied": 1},
        ["deny: no b"],
    )
    same = stage.run("policy", "backtest", "--policy", "rules@1", "--all")
    assert (same.exit_code, same.stdout.strip()) == (
        0,
        "rules: 2 of 2 recorded decisions judged, no outcomes would change",
    )


@pytest.mark.requirement("3.3.backtest")
@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("--all",), "as"),
        (("--as", "rules"), "project"),
        (("--as", "rules", "--all", "--project", "x"), "project"),
    ],
)
def test_half_a_question_is_refused(stage: Stage, arguments: tuple[str, ...], field: str) -> None:
    done = stage.run("policy", "backtest", "--policy", changed(stage), *arguments, "--output", "json")
    assert (done.exit_code, json.loads(done.stdout)["error"]["field"]) == (2, field)


@pytest.mark.requirement("3.3.simulate")
def test_a_file_is_simulated_on_an_operation(stage: Stage) -> None:
    operation = made(stage, "b")
    done = stage.run("policy", "simulate", "--policy", changed(stage), "--operation", operation)
    lines = done.stdout.splitlines()
    assert (done.exit_code, lines[1:]) == (
        3,
        ["  allowed", "    allow: fine", "simulated:", "  denied", "    deny: no b", "    allow: fine"],
    )
    document = stage.json("policy", "simulate", "--policy", "rules", "--operation", operation)
    assert (document["recorded"]["outcome"], document["simulated"]["outcome"]) == ("allowed", "allowed")
    refused = stage.run("policy", "simulate", "--policy", "rules")
    assert (refused.exit_code, "give either --operation or --sample" in refused.stderr) == (2, True)


@pytest.mark.requirement("3.3.replay")
def test_a_decision_is_replayed(stage: Stage) -> None:
    operation = made(stage, "a")
    stage.attach(SECOND)
    done = stage.run("policy", "replay", operation)
    assert (done.exit_code, done.stdout.strip()) == (0, "allowed: the same again")
    document = stage.json("policy", "replay", operation)
    assert (document["verdict"], document["differences"], document["redacted"]) == ("same", [], [])
