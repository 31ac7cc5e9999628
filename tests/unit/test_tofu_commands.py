"""Argument lists, the child's environment, literals and events of the OpenTofu adapter."""

import json
from pathlib import Path

import pytest

from engine.adapters.tofu.commands import TofuCommands
from engine.adapters.tofu.events import EventLog, Said, effects
from engine.adapters.tofu.literals import literals
from engine.core.diagnostics import Diagnostic
from engine.core.limits import IMPORT_ID_MAX_CHARS
from engine.core.operations.steps import EffectEvent
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
    started = Said("x: Creating...", EffectEvent(type="apply_start", action="create"))
    assert said == [None, None, started, None, None, None, None]
    assert log.diagnostics == [
        Diagnostic(severity="error", summary="no", detail="why", address="a.b"),
        Diagnostic(severity="warning", summary="hm"),
    ]
    assert log.errors == (log.diagnostics[0],)


def _hook(type_: str, **hook: str) -> str:
    return json.dumps({"type": type_, "@message": "x", "hook": {"resource": {"addr": "a.b"}, **hook}})


@pytest.mark.requirement("4.1.journal-events")
def test_the_events_of_an_effect_name_the_object_by_its_id_and_by_nothing_else() -> None:
    lines = [
        _hook("refresh_complete", id_key="id", id_value="r"),
        _hook("apply_start", action="create"),
        _hook("apply_progress", action="create"),
        _hook("apply_complete", action="create", id_key="id", id_value="vpc-1"),
        _hook("apply_complete", action="create", id_key="name", id_value="web"),
        _hook("apply_complete", action="create", id_key="id", id_value=""),
        _hook("apply_complete", action="create", id_key="id", id_value="x" * (IMPORT_ID_MAX_CHARS + 1)),
        _hook("apply_errored", action="delete"),
        '{"type": "apply_complete", "hook": {"action": "create", "id_key": "id", "id_val',
        '{"type": "apply_complete"}',
    ]
    assert list(effects(lines)) == [
        EffectEvent(type="apply_start", action="create"),
        EffectEvent(type="apply_progress", action="create"),
        EffectEvent(type="apply_complete", action="create", object_id="vpc-1"),
        *[EffectEvent(type="apply_complete", action="create")] * 3,
        EffectEvent(type="apply_errored", action="delete"),
    ]
