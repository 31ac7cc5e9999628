"""Text that cannot be kept is refused where it comes in, by its path."""

import pytest
from hypothesis import given
from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.text import require_whole_characters
from engine.testing.strategies import json_values


@given(json_values)
def test_what_utf_8_can_say_passes_and_nothing_else(value: JsonValue) -> None:
    try:
        repr_of(value).encode()
    except UnicodeEncodeError:
        with pytest.raises(InvalidInput):
            require_whole_characters(value, "config")
    else:
        require_whole_characters(value, "config")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("\ud800", "config"),
        ({"a": [{"b": "x\udfff"}]}, "config.a.0.b"),
        ({"a": {"\ud83d": 1}}, "config.a"),
    ],
)
def test_half_a_character_is_named_by_its_path(value: JsonValue, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_whole_characters(value, "config")
    assert (refused.value.field, refused.value.hint) == (field, "give whole characters")


def repr_of(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "".join(key + repr_of(item) for key, item in value.items())
    return "".join(map(repr_of, value)) if isinstance(value, list) else str(value)
