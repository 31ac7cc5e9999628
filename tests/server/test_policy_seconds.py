"""The time that a policy may take, as the environment sets it and a command keeps it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from engine.core.limits import POLICY_EVALUATION_SECONDS
from server.cli.main import app
from server.settings import Settings
from tests.unit.rego_stage import LOOP


def evaluate(folder: Path, source: str) -> tuple[int, Any]:
    policy, given = folder / "p.rego", folder / "input.json"
    policy.write_text(source, "utf-8")
    given.write_text("{}", "utf-8")
    arguments = ["policy", "eval", "--policy", str(policy), "--input", str(given), "--output", "json"]
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, json.loads(done.stdout)


@pytest.mark.requirement("3.1.failures")
def test_a_policy_may_take_what_the_setting_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTENT_POLICY_SECONDS", "0.05")
    code, decision = evaluate(tmp_path, LOOP)
    assert (code, decision["outcome"]) == (3, "denied")
    assert decision["deny"] == [f"{tmp_path / 'p.rego'}: policy_timeout: it did not finish in 0.05 s"]


@pytest.mark.parametrize("given", ["0", "-1", "5.01", "nan", "inf", "fast"])
def test_a_time_that_is_none_or_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("INTENT_POLICY_SECONDS", given)
    code, error = evaluate(tmp_path, LOOP)
    assert (code, error["error"]["field"]) == (2, "INTENT_POLICY_SECONDS")


def test_the_longest_time_is_taken_and_half_a_second_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().policy_seconds == POLICY_EVALUATION_SECONDS == 0.5
    monkeypatch.setenv("INTENT_POLICY_SECONDS", "5")
    assert Settings.load().policy_seconds == 5.0
