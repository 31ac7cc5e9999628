"""What a plan says of itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.core.plans.decode import decode_plan
from engine.core.plans.plan import Action, Plan
from engine.core.values import JsonObject

# Printed by OpenTofu 1.6.2 with the AWS provider 3.39.0 against moto; time stamps and configuration left out.
GOLDEN = Path(__file__).parents[1] / "golden" / "plans"
ADDRESS = "aws_ssm_parameter.it"


def document(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "changed", "summary"),
    [
        ("create", ("name", "tags", "tags_all", "tier", "type", "value"), "create"),
        ("no_op", (), "no-op"),
        ("update", ("tags", "tags_all", "value"), "update tags, tags_all, value"),
        ("replace", ("allowed_pattern", "description", "name"), "replace because of name"),
        ("delete", (), "delete"),
        ("gone_refresh_only", (), "no-op"),
    ],
)
def test_a_plan_says_in_a_line_what_changes(name: str, changed: tuple[str, ...], summary: str) -> None:
    plan = decode_plan(document(name), ADDRESS)
    assert (plan.changed, plan.summary) == (changed, summary)
    assert plan.nothing_to_do == (summary == "no-op")
    assert plan.replaces == summary.startswith("replace")
    assert plan.action == summary.split(maxsplit=1)[0]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_no_secret_stands_in_what_may_be_shown(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    plan = decode_plan(document, next((c["address"] for c in document.get("resource_changes", [])), ADDRESS))
    assert "canary" not in repr((plan.redacted_before, plan.redacted_after, plan.drift, plan.summary))


def test_what_is_unknown_inside_blocks_is_left_out_of_what_is_known() -> None:
    plan = decode_plan(document("create_nested"), "aws_dynamodb_table.it")
    known = plan.known_after
    assert known is not None
    assert known["ttl"] == [{"attribute_name": "exp", "enabled": True}]
    assert not {"id", "arn", "stream_arn", "server_side_encryption"} & known.keys()
    assert plan.changed == ("attribute", "billing_mode", "hash_key", "name", "ttl")


def test_a_value_that_becomes_unknown_deep_inside_is_no_known_change() -> None:
    before: JsonObject = {"disks": [{"id": "vol-1", "size": 8}], "tags": {"a": "1", "b": "2"}, "arn": "x"}
    plan = Plan(
        address="a.b",
        actions=(Action.UPDATE,),
        before=before,
        after={"disks": [{"size": 8}], "tags": {"b": "2"}},
        unknown={"disks": [{"id": True}], "tags": {"a": True}, "arn": True},
    )
    assert (plan.changed, plan.summary) == ((), "update")
    larger = plan.model_copy(update={"after": {"disks": [{"size": 9}], "tags": {"b": "2"}}})
    assert (larger.changed, larger.summary) == (("disks",), "update disks")


def test_a_replacement_without_a_path_is_a_taint_s() -> None:
    plan = Plan(address="a.b", actions=(Action.DELETE, Action.CREATE), before={"a": 1}, after={"a": 1})
    assert plan.summary == "replace because of a taint"


def test_marks_of_the_whole_object_leave_nothing_to_show() -> None:
    plan = Plan(
        address="a.b", actions=(Action.UPDATE,), before={"a": 1}, after={"a": 2}, before_sensitive=True
    )
    assert (plan.redacted_before, plan.redacted_after) == (None, {"a": 2})
    unknown = plan.model_copy(update={"unknown": True})
    assert (unknown.known_after, unknown.redacted_after, unknown.changed) == (None, None, ())
