"""Plans decoded from what the real OpenTofu printed."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.core.plans.decode import decode_changes, decode_plan, decode_values
from engine.core.plans.plan import Action, Plan
from engine.core.values import REDACTED, Difference, JsonObject

# Printed by OpenTofu 1.6.2 with the AWS provider 3.39.0 against moto; time stamps and configuration left out.
GOLDEN = Path(__file__).parents[1] / "golden" / "plans"
ADDRESS = "aws_ssm_parameter.it"
MARKS: JsonObject = {"tags": {}, "tags_all": {}, "value": True}
REMEMBERED: JsonObject = {
    "allowed_pattern": "",
    "arn": "arn:aws:ssm:us-east-1:123456789012:parameter/demo/key",
    "data_type": "text",
    "description": "",
    "id": "/demo/key",
    "key_id": "alias/aws/ssm",
    "name": "/demo/key",
    "overwrite": None,
    "tags": {"team": "web"},
    "tags_all": {"team": "web"},
    "tier": "Standard",
    "type": "SecureString",
    "value": "hunter2-canary",
    "version": 1,
}
ASKED: JsonObject = {
    "allowed_pattern": None,
    "description": None,
    "name": "/demo/key",
    "overwrite": None,
    "tags": {"team": "web"},
    "tags_all": {"team": "web"},
    "tier": "Standard",
    "type": "SecureString",
    "value": "hunter2-canary",
}
UNKNOWN: JsonObject = {
    "arn": True,
    "data_type": True,
    "id": True,
    "key_id": True,
    "tags": {},
    "tags_all": {},
    "version": True,
}
DRIFT = (
    Difference(path="value", before=REDACTED, after=REDACTED),
    Difference(path="version", before=1, after=2),
)
NO_OP = Plan(address=ADDRESS, actions=(Action.NO_OP,))
CREATION = Plan(
    address=ADDRESS,
    actions=(Action.CREATE,),
    before=None,
    after=ASKED,
    unknown=UNKNOWN,
    after_sensitive=MARKS,
)
GONE = tuple(
    Difference(path=path, before=REDACTED if path == "value" else value, after=None)
    for path, value in REMEMBERED.items()
    if value is not None
)


def document(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


@pytest.mark.requirement("2.3.plan")
@pytest.mark.parametrize(
    ("name", "plan"),
    [
        ("create", CREATION),
        (
            "no_op",
            NO_OP.model_copy(
                update={
                    "before": REMEMBERED,
                    "after": REMEMBERED,
                    "unknown": {},
                    "before_sensitive": MARKS,
                    "after_sensitive": MARKS,
                }
            ),
        ),
        (
            "update",
            Plan(
                address=ADDRESS,
                actions=(Action.UPDATE,),
                before=REMEMBERED,
                after={
                    **REMEMBERED,
                    "value": "other-canary",
                    "tags": {"team": "ops", "cost": "1"},
                    "tags_all": {"team": "ops", "cost": "1"},
                },
                unknown={},
                before_sensitive=MARKS,
                after_sensitive=MARKS,
            ),
        ),
        (
            "replace",
            Plan(
                address=ADDRESS,
                actions=(Action.DELETE, Action.CREATE),
                before=REMEMBERED,
                after={**ASKED, "name": "/demo/other"},
                unknown=UNKNOWN,
                before_sensitive=MARKS,
                after_sensitive=MARKS,
                replace_paths=("name",),
            ),
        ),
        (
            "delete",
            Plan(
                address=ADDRESS,
                actions=(Action.DELETE,),
                before=REMEMBERED,
                unknown={},
                before_sensitive=MARKS,
            ),
        ),
        ("drift_refresh_only", NO_OP.model_copy(update={"drift": DRIFT})),
        ("gone_refresh_only", NO_OP.model_copy(update={"drift": GONE, "missing": True})),
        ("gone", CREATION.model_copy(update={"drift": GONE, "missing": True})),
        ("data_source", NO_OP),
    ],
)
def test_what_opentofu_printed_is_read_whole(name: str, plan: Plan) -> None:
    assert decode_plan(document(name), ADDRESS) == plan


def test_drift_is_found_beside_the_change_that_mends_it() -> None:
    plan = decode_plan(document("drift"), ADDRESS)
    assert plan.drift == DRIFT
    assert (plan.actions, plan.changed) == ((Action.UPDATE,), ("value",))
    assert (plan.before or {})["value"] == "drifted-canary"
    assert "canary" not in repr(plan.drift) + repr(plan.redacted_before) + repr(plan.redacted_after)


def test_what_a_data_source_read_stands_in_the_plan() -> None:
    values = decode_values(document("data_source"), "data.aws_ssm_parameter.it")
    assert values is not None
    assert (values["name"], values["value"]) == ("/demo/read", "read-canary")
    assert decode_values(document("data_source"), "data.aws_ssm_parameter.other") is None
    assert decode_values(document("create"), ADDRESS) is None


def test_changes_are_given_as_opentofu_spells_them() -> None:
    printed = document("replace")
    assert decode_changes(printed) == {ADDRESS: printed["resource_changes"][0]["change"]}
    assert decode_changes(document("data_source")) == {}
