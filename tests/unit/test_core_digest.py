"""Digests: one value, one name."""

import hashlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.digest import canonical_json, digest
from engine.testing.strategies import json_objects, json_values


def shuffled(value: JsonValue) -> JsonValue:
    """Return the same value with the keys of every object the other way round."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(value)}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@given(json_values)
def test_the_order_of_keys_does_not_matter(value: JsonValue) -> None:
    assert digest(shuffled(value)) == digest(value)


@pytest.mark.requirement("2.3.values")
@given(json_values, json_values)
def test_different_values_have_different_digests(left: JsonValue, right: JsonValue) -> None:
    # JSON text tells 1 from 1.0 and true, which Python calls equal.
    assert (digest(left) == digest(right)) == (
        json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
    )


@given(json_objects)
def test_canonical_json_is_json_without_white_space(value: JsonValue) -> None:
    assert json.loads(canonical_json(value)) == value
    assert digest(value) == "sha256:" + hashlib.sha256(canonical_json(value)).hexdigest()


def test_canonical_json_is_this_text() -> None:
    assert (
        canonical_json({"b": [1, 1.5, None, True], "a": "ä\n"})
        == b'{"a":"\xc3\xa4\\n","b":[1,1.5,null,true]}'
    )
    assert digest({}) == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@given(st.text(st.characters(), max_size=4), st.text(st.characters(), max_size=4))
def test_lone_surrogates_have_digests_too(left: str, right: str) -> None:
    assert (digest(left) == digest(right)) == (left == right)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_json_cannot_say_has_no_digest(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest({"size": number})
