"""Argument lists, the child's environment, literals and events of the OpenTofu adapter."""

import json
from pathlib import Path

import pytest

from engine.adapters.tofu.commands import TofuCommands
from engine.adapters.tofu.environment import child_environment
from engine.adapters.tofu.events import EventLog
from engine.adapters.tofu.literals import literals
from engine.core.diagnostics import Diagnostic
from engine.core.values import JsonObject

_GOLDEN = Path(__file__).parents[1] / "golden" / "tofu_commands.json"


@pytest.mark.requirement("2.4.arguments", "2.4.names-parsed")
def test_argument_lists_are_the_golden_ones() -> None:
    commands = TofuCommands(Path("tofu"))
    spelled = {
        "apply_plan": commands.apply_plan(),
        "import_object": commands.import_object("aws_s3_bucket.logs", "-rf"),
        "plan_change": commands.plan_change(),
        "plan_change destroy": commands.plan_change(destroy=True),
        "plan_change refresh only": commands.plan_change(refresh_only=True),
        "plan_change without refresh": commands.plan_change(refresh=False),
        "read_again": commands.read_again(),
        "schemas": commands.schemas(),
        "show_plan": commands.show_plan(),
    }
    assert spelled == json.loads(_GOLDEN.read_text("utf-8"))


@pytest.mark.requirement("2.4.arguments")
def test_a_misspelt_command_starts_no_child() -> None:
    with pytest.raises(AttributeError, match="pln"):
        _ = TofuCommands(Path("tofu")).pln
    with pytest.raises(NotImplementedError):
        TofuCommands(Path("tofu")).cmd("plan")


@pytest.mark.requirement("2.4.credentials")
def test_a_child_is_given_what_the_allow_list_names_and_nothing_else() -> None:
    caller = {
        "PATH": "/bin",
        "HOME": "/home/a",
        "AWS_ACCESS_KEY_ID": "key",
        "GOOGLE_CREDENTIALS": "file",
        "ARM_CLIENT_ID": "id",
        "HTTPS_PROXY": "http://proxy",
        "CANARY_SECRET": "leaked",
        "INTENT_HOME": "/x",
        "TF_LOG": "trace",
        "TF_CLI_ARGS": "-var=x",
        "TF_VAR_secret": "leaked",
        "LD_PRELOAD": "/evil.so",
        "PYTHONPATH": "/evil",
        "GITHUB_TOKEN": "leaked",
    }
    assert child_environment(caller) == {
        "PATH": "/bin",
        "HOME": "/home/a",
        "AWS_ACCESS_KEY_ID": "key",
        "GOOGLE_CREDENTIALS": "file",
        "ARM_CLIENT_ID": "id",
        "HTTPS_PROXY": "http://proxy",
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
    }


@pytest.mark.requirement("2.4.literals")
def test_literals_reach_values_and_keys_at_any_depth() -> None:
    given_config: JsonObject = {"a${x}": ["%{y}", {"k": "${z}"}], "n": 1, "b": None}
    assert literals(given_config) == {"a$${x}": ["%%{y}", {"k": "$${z}"}], "n": 1, "b": None}


_ERROR_EVENT = (
    '{"type": "diagnostic", "diagnostic": '
    '{"severity": "error", "summary": "no", "detail": "why", "address": "a.b", "range": {}}}'
)


def test_events_yield_diagnostics_and_progress_and_ignore_the_rest() -> None:
    log = EventLog()
    said = [
        log.read(line)
        for line in (
            "a provider prints what it likes",
            '{"type": "version", "@message": "OpenTofu 1.6.2"}',
            '{"type": "apply_start", "@message": "x: Creating...", "hook": {"action": "create"}}',
            _ERROR_EVENT,
            '{"type": "diagnostic", "diagnostic": {"severity": "warning", "summary": "hm"}}',
            '{"no": "type"}',
            "[1]",
        )
    ]
    assert said == [None, None, "x: Creating...", None, None, None, None]
    assert log.diagnostics == [
        Diagnostic(severity="error", summary="no", detail="why", address="a.b"),
        Diagnostic(severity="warning", summary="hm"),
    ]
    assert log.errors == (log.diagnostics[0],)
