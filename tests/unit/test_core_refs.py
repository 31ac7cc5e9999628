"""References between resources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.refs import Ref, find_refs, is_ref, resolve_refs, value_at
from engine.testing.strategies import json_values

STEPS = st.text(min_size=1, max_size=6).filter(lambda step: "." not in step)
REFS = st.builds(
    Ref,
    resource_id=st.from_regex(r"[a-z][a-z0-9-]{0,5}", fullmatch=True),
    path=st.lists(STEPS, min_size=1).map(tuple),
)


def without_refs(value: JsonValue) -> JsonValue:
    """Return the value with each `$ref` key renamed, so that it holds no reference."""
    if isinstance(value, dict):
        return {key.replace("$", "S"): without_refs(item) for key, item in value.items()}
    return [without_refs(item) for item in value] if isinstance(value, list) else value


@st.composite
def configs(draw: st.DrawFn) -> tuple[JsonValue, list[tuple[str, Ref]]]:
    """Draw a configuration and the references in it, with their paths."""
    plain = without_refs(draw(json_values))
    refs = draw(st.lists(REFS, max_size=3))
    config: JsonValue = {"plain": plain, "list": [{"deep": {"$ref": str(ref)}} for ref in refs]}
    return config, [(f"list.{position}.deep", ref) for position, ref in enumerate(refs)]


@given(REFS)
def test_a_reference_reads_back_what_it_spells(ref: Ref) -> None:
    assert Ref.parse(str(ref), "config") == ref


@given(configs())
def test_every_reference_is_found_where_it_stands(drawn: tuple[JsonValue, list[tuple[str, Ref]]]) -> None:
    config, refs = drawn
    assert find_refs(config) == tuple(refs)


@given(configs())
def test_every_reference_is_replaced_and_nothing_else(drawn: tuple[JsonValue, list[tuple[str, Ref]]]) -> None:
    config, refs = drawn
    asked: list[tuple[str, Ref]] = []

    def lookup(path: str, ref: Ref) -> JsonValue:
        asked.append((path, ref))
        return f"<{ref}>"

    assert isinstance(config, dict)
    resolved = resolve_refs(config, lookup)
    assert resolved == {"plain": config["plain"], "list": [{"deep": f"<{ref}>"} for _, ref in refs]}
    assert asked == refs
    assert find_refs(resolved) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vpc",
        "vpc.",
        ".id",
        "vpc..id",
        "1a.id",
        "-a.id",
        "../x.id",
        "a\x00.id",
        5,
        None,
        ["vpc.id"],
        {},
        "a." + "9" * 5_000,
    ],
)
def test_a_malformed_reference_names_where_it_stands(text: JsonValue) -> None:
    with pytest.raises(InvalidInput) as caught:
        find_refs({"rules": [{"vpc_id": {"$ref": text}}]})
    assert caught.value.field == "rules.0.vpc_id"


def test_a_reference_stands_alone() -> None:
    with pytest.raises(InvalidInput, match="without x, y") as caught:
        find_refs({"a": {"$ref": "vpc.id", "y": 1, "x": 2}})
    assert caught.value.field == "a"
    assert is_ref({"$ref": "vpc.id", "y": 1})
    assert not is_ref("$ref")


ATTRIBUTES: JsonValue = {
    "id": "vpc-1",
    "tags": {"Name": "web"},
    "rules": [{"port": 80}, {"port": 443}],
    "none": [],
}


@pytest.mark.parametrize(
    ("text", "value"),
    [("v.id", "vpc-1"), ("v.tags.Name", "web"), ("v.rules.1.port", 443), ("v.rules.0", {"port": 80})],
)
def test_a_value_is_found_at_any_depth(text: str, value: JsonValue) -> None:
    assert value_at(ATTRIBUTES, Ref.parse(text, "f"), "f") == value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("v.arn", "there is id, none, rules, tags"),
        ("v.rules.2", "there is a list of 2, counted from 0"),
        ("v.rules.-1", "there is a list of 2, counted from 0"),
        ("v.rules.٠", "there is a list of 2, counted from 0"),
        ("v.rules." + "9" * 1_000, "there is a list of 2, counted from 0"),
        ("v.id.x", "there is nothing inside it"),
        ("v.none.0", "there is nothing inside it"),
    ],
)
def test_what_is_not_there_is_refused_with_what_there_is(text: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        value_at(ATTRIBUTES, Ref.parse(text, "f"), "config.vpc_id")
    assert (caught.value.field, caught.value.hint) == ("config.vpc_id", hint)


def test_inside_what_is_known_only_later_there_is_the_reference_to_it() -> None:
    promised: JsonValue = {"tags": {"$ref": "other.tags"}}
    assert value_at(promised, Ref.parse("vpc.tags.owner", "config"), "config") == {"$ref": "vpc.tags.owner"}
