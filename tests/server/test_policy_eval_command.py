"""`intent policy eval`: files and stored policies, parameters, and the exit code of the decision."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.cli.policy.given import Stored, parse_policy
from tests.server.cli_stage import Stage, set_stage

pytestmark = pytest.mark.requirement("3.3.eval")

FIRST = "package intent # allows"
SECOND = "package intent # denies"
PARAMETRISED = (
    'package intent\n\nallow contains "named" if input.name in object.get(data.parameters, "names", {"a"})\n'
)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    stage = set_stage(monkeypatch, tmp_path)
    stage.attach(FIRST)
    stage.attach(SECOND)
    (tmp_path / "input.json").write_text('{"name": "b"}')
    return stage


def evaluate(stage: Stage, *arguments: str) -> tuple[int, Any]:
    given = ("policy", "eval", "--input", str(stage.home.parent / "input.json"), *arguments)
    done = stage.run(*given, "--output", "json")
    return done.exit_code, json.loads(done.stdout)


def test_a_stored_policy_is_named_with_or_without_its_version(stage: Stage) -> None:
    code, newest = evaluate(stage, "--policy", "rules")
    assert (code, newest["deny"]) == (3, ["not in this project", "ask the owner"])
    code, older = evaluate(stage, "--policy", "rules@1")
    assert (code, older["allow"]) == (0, ["it is fine"])
    assert [(p["name"], p["version"]) for p in older["policies"]] == [("rules", 1)]


def test_files_and_stored_policies_decide_together(stage: Stage) -> None:
    file = stage.home.parent / "own.rego"
    file.write_text(SECOND)
    code, decision = evaluate(stage, "--policy", "rules@1", "--policy", str(file))
    assert list(decision) == [
        "format_version",
        "outcome",
        "deny",
        "allow",
        "review",
        "warn",
        "demands",
        "policies",
    ]
    assert (code, decision["outcome"]) == (3, "denied")
    assert [(p["name"], p["version"]) for p in decision["policies"]] == [("rules", 1), (str(file), 0)]


@pytest.mark.parametrize(("name", "message"), [("rule", "no policy rule"), ("rules@9", "no version 9")])
def test_a_policy_that_is_not_stored_is_not_found(stage: Stage, name: str, message: str) -> None:
    code, answer = evaluate(stage, "--policy", name)
    assert (code, message in answer["error"]["message"]) == (6, True)


def test_parameters_reach_the_policies(stage: Stage) -> None:
    policy, parameters = stage.home.parent / "p.rego", stage.home.parent / "parameters.json"
    policy.write_text(PARAMETRISED)
    parameters.write_text('{"names": ["b"]}')
    assert evaluate(stage, "--policy", str(policy))[0] == 4
    code, decision = evaluate(stage, "--policy", str(policy), "--parameters", str(parameters))
    assert (code, decision["allow"]) == (0, ["named"])
    parameters.write_text('["b"]')
    code, answer = evaluate(stage, "--policy", str(policy), "--parameters", str(parameters))
    assert (code, answer["error"]["field"]) == (2, "parameters")


def test_what_a_text_names_does_not_depend_on_which_files_there_are() -> None:
    assert parse_policy("rules") == Stored("rules", None)
    assert parse_policy("rules@12") == Stored("rules", 12)
    for text in ("rules.rego", "./rules", "Rules", "rules@0", "rules@v1", "/rules"):
        assert parse_policy(text) == Path(text)
