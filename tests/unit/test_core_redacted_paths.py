"""Finding again what was redacted."""

from pydantic import JsonValue

from engine.core.values import REDACTED, redacted_paths


def test_what_was_redacted_is_found_again() -> None:
    value: JsonValue = {"a": REDACTED, "b": [1, {"c": REDACTED}, REDACTED], "d": "x", "e": None}
    assert redacted_paths(value) == ("a", "b.1.c", "b.2")
    assert redacted_paths(REDACTED) == ("",)
