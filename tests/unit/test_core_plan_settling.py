"""A plan whose unknown values have become known, and whether anything else is different."""

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.plans.plan import Action, Plan
from engine.core.plans.settling import settles
from engine.core.values import JsonObject

_KEYS = st.sampled_from("abc")
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)

_TWO: Final[JsonObject] = {"s": [{"p": 1}, {"p": 2}]}


def plan(after: JsonObject | None, unknown: JsonValue = None, **more: Any) -> Plan:
    fields = {"address": "x.y", "actions": (Action.CREATE,), "after": after, "unknown": unknown or False}
    return Plan.model_validate({**fields, **more})


@pytest.mark.requirement("4.4.gated-again")
@pytest.mark.parametrize(
    ("held", "now", "same"),
    [
        (plan({"a": 1}, {"id": True}), plan({"a": 1, "id": "x"}), True),
        (plan({"a": 1}, {"id": True}), plan({"a": 2, "id": "x"}), False),
        (plan({"a": 1}, {"id": True}), plan({"a": 1, "id": "x", "b": 1}), False),
        (plan({"a": 1}), plan({}, {"a": True}), False),
        (plan({}, {"a": True}), plan({}, {"a": True}), True),
        (plan({"a": None}), plan({}), True),
        (plan({"tags": {"x": "1"}}, {"tags": {"y": True}}), plan({"tags": {"x": "1", "y": "2"}}), True),
        (plan({"tags": {"x": "1"}}, {"tags": {"y": True}}), plan({"tags": {"x": "2", "y": "2"}}), False),
        (plan(_TWO, {"s": [{"id": True}, {}]}), plan({"s": [{"p": 2}, {"p": 1, "id": 5}]}), True),
        (plan(_TWO, {"s": [{"id": True}, {}]}), plan({"s": [{"p": 2}, {"p": 3, "id": 5}]}), False),
        (plan({"s": [{}]}, {"s": [{"id": True}]}), plan({"s": [{"id": 1}, {"id": 2}]}), False),
        (plan({"s": [None]}, {"s": [True]}), plan({"s": ["x"]}), True),
        (plan({"s": [1]}), plan({"s": [None]}, {"s": [True]}), False),
        (plan({"s": [1, 2]}, {"s": []}), plan({"s": [1, 2]}), True),
        (plan({"s": [1, None]}, {"s": [False, True]}), plan({"s": [1, 2]}, {"s": [False]}), True),
        (plan({"s": {"x": 1}}, {"s": [True]}), plan({"s": {"x": 1}}), True),
        (plan(None), plan(None), True),
        (plan({}, True), plan({"a": 1}), True),
        (plan({"a": 1}, {"id": True}), plan({"a": 1, "id": "x"}, actions=(Action.UPDATE,)), False),
        (plan({}, {"id": True}), plan({}, {"id": True}, replace_paths=("a",)), False),
        (plan({}, {"id": True}), plan({}, {"id": True}, before={"a": 1}), False),
    ],
)  # fmt: skip
def test_a_plan_settles_another_where_only_unknown_values_differ(held: Plan, now: Plan, same: bool) -> None:  # noqa: FBT001 - a column of the table
    assert settles(held, now) is same


@given(st.dictionaries(_KEYS, _VALUES), _KEYS, _VALUES)
def test_one_value_that_becomes_known_settles_and_another_one_does_not(
    after: JsonObject, hole: str, value: JsonValue
) -> None:
    known = {key: item for key, item in after.items() if key != hole}
    assert settles(plan(known, {hole: True}), plan({**known, hole: value}))
    assert settles(plan(known), plan({**known, hole: "other"})) is False
