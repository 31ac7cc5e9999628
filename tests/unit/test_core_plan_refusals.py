"""Plans that cannot be read, or do not say exactly what happens, are refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.errors import RunnerFailed
from engine.core.plans.decode import decode_changes, decode_plan, decode_values
from engine.core.plans.plan import Action
from engine.testing.strategies import json_values

# Printed by OpenTofu 1.6.2 with the AWS provider 3.39.0 against moto; time stamps and configuration left out.
GOLDEN = Path(__file__).parents[1] / "golden" / "plans"
ADDRESS = "aws_ssm_parameter.it"


def document(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


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
