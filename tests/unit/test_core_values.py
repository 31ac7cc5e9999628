"""Values: comparison, change, redaction, paths."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.values import (
    REDACTED,
    Difference,
    JsonObject,
    depth,
    differences,
    dotted,
    equivalent,
    map_strings,
    merge,
    redact,
    redact_differences,
    true_paths,
    without,
)
from engine.testing.strategies import json_objects, json_values, marks_for

CANARY = "canary-7f3a"


def normal(value: JsonValue) -> JsonValue:
    """Say what `equivalent` promises in another way: all that is nothing is None, and absent in objects."""
    if isinstance(value, dict):
        kept = {key: normal(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None} or None
    if isinstance(value, list):
        return [normal(item) for item in value] or None
    return f"bool {value}" if isinstance(value, bool) else value


def blur(value: JsonValue) -> st.SearchStrategy[Any]:
    """Return values that mean the same as `value`: nothing is spelt in another way."""
    nothing: st.SearchStrategy[Any] = st.sampled_from([None, {}, [], {"x": None}])
    if normal(value) is None:
        return nothing
    if isinstance(value, dict):
        return st.fixed_dictionaries({key: blur(item) for key, item in value.items()})
    if isinstance(value, list):
        return st.tuples(*(blur(item) for item in value)).map(list)
    return st.just(value)


@given(json_values, json_values)
def test_two_values_are_equivalent_where_their_normal_forms_are_equal(
    left: JsonValue, right: JsonValue
) -> None:
    assert equivalent(left, right) == (normal(left) == normal(right))
    assert equivalent(left, right) == equivalent(right, left)


@given(st.data(), json_values)
def test_nothing_may_be_spelt_in_any_way(data: st.DataObject, value: JsonValue) -> None:
    other, third = data.draw(blur(value)), data.draw(blur(value))
    assert equivalent(value, value)
    assert equivalent(value, other)
    assert equivalent(other, third)
    assert differences(other, third) == ()


def test_truth_is_not_the_number_one_and_lists_keep_their_length() -> None:
    assert not equivalent(True, 1)
    assert not equivalent(0, False)
    assert equivalent(1, 1.0)
    assert not equivalent([None], [])
    assert not equivalent("", None)
    assert not equivalent({"a": 1}, [1])


@given(json_values, json_values)
def test_there_are_differences_exactly_where_values_are_not_equivalent(
    before: JsonValue, after: JsonValue
) -> None:
    assert (differences(before, after) == ()) == equivalent(before, after)


def test_differences_go_as_deep_as_objects_do_and_take_lists_as_a_whole() -> None:
    before: JsonObject = {"tags": {"a": "1", "b": "2"}, "rules": [{"p": 1}], "same": None, "gone": "x"}
    after: JsonObject = {"tags": {"a": "1", "b": "3"}, "rules": [{"p": 2}], "same": {}, "new": 4}
    assert differences(before, after) == (
        Difference(path="gone", before="x", after=None),
        Difference(path="new", before=None, after=4),
        Difference(path="rules", before=[{"p": 1}], after=[{"p": 2}]),
        Difference(path="tags.b", before="2", after="3"),
    )


def test_a_secret_that_differs_is_named_but_not_shown() -> None:
    found = differences(
        {"value": "old", "nested": {"deep": {"x": 1}}, "n": 1, "new": None},
        {"value": "new", "nested": {"deep": {"x": 2}}, "n": 2, "new": "secret"},
    )
    assert redact_differences(found, {"value": True}, {"nested": {"deep": True}, "new": [True]}) == (
        Difference(path="n", before=1, after=2),
        Difference(path="nested.deep.x", before=REDACTED, after=REDACTED),
        Difference(path="new", before=None, after=REDACTED),
        Difference(path="value", before=REDACTED, after=REDACTED),
    )
    assert redact_differences(found, False, {}) == found
    assert all(
        d.before in (None, REDACTED) and d.after == REDACTED for d in redact_differences(found, True, False)
    )


@given(json_objects, json_objects)
def test_merge_replaces_adds_removes_and_keeps(config: JsonObject, change: JsonObject) -> None:
    merged = merge(config, change)
    for key in config.keys() | change.keys():
        if key not in change:
            assert merged[key] == config[key]
        elif change[key] is None:
            assert key not in merged
        else:
            assert merged[key] == change[key]
    assert merged.keys() <= config.keys() | change.keys()


@given(json_values)
def test_map_strings_reaches_each_string_and_key_and_nothing_else(value: JsonValue) -> None:
    assert map_strings(value, lambda text: text) == value
    assert map_strings(map_strings(value, lambda text: text + "~"), lambda text: text[:-1]) == value


def test_map_strings_changes_keys_too() -> None:
    assert map_strings({"k": ["v", 1, None, True]}, str.upper) == {"K": ["V", 1, None, True]}


@given(json_values)
def test_depth_grows_by_one_with_each_wrapping(value: JsonValue) -> None:
    assert depth([value]) == depth({"k": value}) == depth(value) + 1


def test_depth_needs_no_stack() -> None:
    value: JsonValue = "leaf"
    for _ in range(100_000):
        value = [value]
    assert depth(value) == 100_000
    assert depth("leaf") == 0


@given(st.data(), json_values)
def test_a_redacted_value_shows_all_but_what_is_marked(data: st.DataObject, value: JsonValue) -> None:
    marks = data.draw(marks_for(value))

    def check(shown: JsonValue, real: JsonValue, mark: JsonValue) -> None:
        if mark is True:
            assert shown == (None if real is None else REDACTED)
        elif isinstance(real, dict) and isinstance(mark, dict) and isinstance(shown, dict):
            assert shown.keys() == real.keys()
            for key, item in real.items():
                check(shown[key], item, mark.get(key, False))
        elif isinstance(real, list) and isinstance(mark, list) and isinstance(shown, list):
            for one, item, inner in zip(shown, real, mark, strict=True):
                check(one, item, inner)
        else:
            assert shown == real

    check(redact(value, marks), value, marks)


CANARIES = st.recursive(
    st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
MARKS = st.recursive(
    st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@given(CANARIES, MARKS)
def test_marks_of_any_shape_never_leak_what_they_may_mean(value: JsonValue, marks: JsonValue) -> None:
    shown = redact(value, marks)

    def leaks(shown: JsonValue, marks: JsonValue) -> bool:
        """Tell whether a mark stands at, above or across something shown in clear."""
        if isinstance(shown, dict) and isinstance(marks, dict):
            return any(leaks(item, marks.get(key, False)) for key, item in shown.items())
        if isinstance(shown, list) and isinstance(marks, list) and len(shown) == len(marks):
            return any(map(leaks, shown, marks))
        return bool(true_paths(marks)) and shown is not None and shown != REDACTED

    assert not leaks(shown, marks)
    if not true_paths(marks):
        assert shown == value


def test_a_mark_that_does_not_fit_hides_everything_beside_it() -> None:
    assert redact([CANARY, CANARY], [True]) == REDACTED
    assert redact([CANARY], [False, True]) == REDACTED
    assert redact(CANARY, {"a": True}) == REDACTED
    assert redact({"a": CANARY}, [{"a": True}]) == REDACTED
    assert redact([1, 2], [False]) == [1, 2]
    assert redact(None, True) is None


@given(st.data(), json_values)
def test_nothing_that_is_marked_is_left(data: st.DataObject, value: JsonValue) -> None:
    marks = data.draw(marks_for(value))

    def check(left: JsonValue, real: JsonValue, mark: JsonValue) -> None:
        if mark is True:
            assert left is None
        elif isinstance(real, dict) and isinstance(mark, dict) and isinstance(left, dict):
            assert left.keys() == {key for key in real if mark.get(key, False) is not True}
            for key, item in left.items():
                check(item, real[key], mark.get(key, False))
        elif isinstance(real, list) and isinstance(mark, list) and isinstance(left, list):
            for one, item, inner in zip(left, real, mark, strict=True):
                check(one, item, inner)
        else:
            assert left == real

    check(without(value, marks), value, marks)


def test_marks_of_a_list_may_be_longer_or_shorter_than_what_is_known() -> None:
    assert without(["a", "b"], [True]) == [None, "b"]
    assert without(["a"], [False, True]) == ["a"]
    assert without([], [True]) == []


@given(st.data(), json_values)
def test_true_paths_names_each_mark_once_in_order_of_keys(data: st.DataObject, value: JsonValue) -> None:
    marks = data.draw(marks_for(value))
    paths = true_paths(marks)
    assert bool(paths) == ("True" in repr(skeleton(marks)))
    assert len(paths) == repr(skeleton(marks)).count("True")


def skeleton(marks: JsonValue) -> JsonValue:
    """Drop the keys, which may spell `True` themselves."""
    if isinstance(marks, dict):
        return [skeleton(item) for item in marks.values()]
    return [skeleton(item) for item in marks] if isinstance(marks, list) else marks


def test_paths_are_spelt_with_dots() -> None:
    assert true_paths({"b": [False, {"c": True}], "a": True, "d": False}) == ("a", "b.1.c")
    assert dotted(("ingress", 0, "from_port")) == "ingress.0.from_port"
