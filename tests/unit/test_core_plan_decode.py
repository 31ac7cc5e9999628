"""Plans decoded from what the real OpenTofu printed."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.errors import RunnerFailed
from engine.core.plans.decode import decode_changes, decode_plan, decode_values
from engine.core.plans.plan import Action, Plan
from engine.core.values import REDACTED, Difference, JsonObject
from engine.testing.strategies import json_values

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


def changed(**members: Any) -> Any:
    return {**document("update"), **members}


def with_change(**members: Any) -> Any:
    printed = document("update")
    printed["resource_changes"][0]["change"].update(members)
    return printed


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        (changed(format_version="2.0"), "OpenTofu's plan has format 2.0, not 1.x"),
        (changed(format_version="10"), "OpenTofu's plan has format 10, not 1.x"),
        (changed(errored=True), "OpenTofu marked its plan as errored"),
        (changed(resource_changes=None), "OpenTofu's plan cannot be read: 1 members are not as documented"),
        (with_change(actions=[]), f"the plan of {ADDRESS} does not say what happens to it, but nothing"),
        (with_change(actions=["read"]), f"the plan of {ADDRESS} does not say what happens to it, but read"),
        (
            with_change(actions=["create", "update"]),
            f"the plan of {ADDRESS} does not say what happens to it, but create update",
        ),
        (with_change(actions=["forget"]), f"the plan of {ADDRESS} would forget it without destroying it"),
        (with_change(actions=["explode"]), "OpenTofu's plan cannot be read: 1 members are not as documented"),
        (
            changed(resource_changes=document("update")["resource_changes"] * 2),
            f"the plan of {ADDRESS} also changes it twice",
        ),
        (
            changed(resource_changes=[{**document("delete")["resource_changes"][0], "deposed": "0a1b"}]),
            f"the plan of {ADDRESS} also changes it twice",
        ),
        (document("create_nested"), f"the plan of {ADDRESS} also changes aws_dynamodb_table.it"),
        (
            changed(
                resource_changes=document("update")["resource_changes"]
                + document("create_nested")["resource_changes"]
            ),
            f"the plan of {ADDRESS} also changes aws_dynamodb_table.it",
        ),
        ([], "OpenTofu's plan cannot be read: 1 members are not as documented"),
        (None, "OpenTofu's plan cannot be read: 1 members are not as documented"),
    ],
)
def test_a_plan_that_does_not_say_exactly_what_happens_is_refused(printed: Any, message: str) -> None:
    with pytest.raises(RunnerFailed) as caught:
        decode_plan(printed, ADDRESS)
    assert caught.value.message == message


def test_data_sources_among_the_changes_change_nothing() -> None:
    printed = document("update")
    printed["resource_changes"].append(
        {"address": "data.x.y", "mode": "data", "change": {"actions": ["read"]}}
    )
    assert decode_plan(printed, ADDRESS) == decode_plan(document("update"), ADDRESS)


ODD_PLANS = st.fixed_dictionaries(
    {"format_version": st.sampled_from(["1.0", "1.2"])},
    optional={
        "resource_changes": st.lists(
            st.fixed_dictionaries(
                {
                    "address": st.sampled_from([ADDRESS, "x.y"]),
                    "mode": st.sampled_from(["managed", "data"]),
                    "change": st.fixed_dictionaries(
                        {"actions": st.lists(st.sampled_from([*Action, "forget"]), max_size=2)},
                        optional=dict.fromkeys(
                            ("before", "after", "after_unknown", "before_sensitive", "after_sensitive"),
                            json_values,
                        ),
                    ),
                }
            ),
            max_size=2,
        ),
        "resource_drift": json_values,
    },
)


@given(json_values | ODD_PLANS)
def test_any_document_is_a_plan_or_the_runner_s_failure(printed: JsonValue) -> None:
    try:
        plan = decode_plan(printed, ADDRESS)
    except RunnerFailed:
        return
    assert plan.address == ADDRESS
    assert isinstance(plan.summary, str)
    assert set(plan.changed) <= (plan.before or {}).keys() | (plan.after or {}).keys()


@given(json_values)
def test_any_document_holds_values_and_changes_or_is_the_runner_s_failure(printed: JsonValue) -> None:
    for decode in (lambda: decode_values(printed, ADDRESS), lambda: decode_changes(printed)):
        try:
            decode()
        except RunnerFailed:
            continue
