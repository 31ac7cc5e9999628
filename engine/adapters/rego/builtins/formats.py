"""Rego's `json.match_schema` and `json.verify_schema`, and what is valid JSON, YAML or a version."""

import json
from collections.abc import Iterator
from typing import Final

from engine.adapters.rego.builtins.native import native
from engine.adapters.rego.builtins.operands import BuiltinFailed, Value

_TYPES: Final = ("array", "boolean", "integer", "number", "null", "object", "string")
_NO_TYPE: Final = (
    f"has a primitive type that is NOT VALID -- given: /{{}}/ Expected valid values are:[{' '.join(_TYPES)}]"
)
_NO_SCHEMA: Final = "jsonschema: it is no valid schema"


def json_is_valid(value: Value) -> Value:
    """Tell whether a value is a string with JSON in it."""
    return isinstance(value, str) and native("json.is_valid(input[0])", value)


def yaml_is_valid(value: Value) -> Value:
    """Tell whether a value is a string with YAML in it."""
    return isinstance(value, str) and native("yaml.is_valid(input[0])", value)


def semver_is_valid(value: Value) -> Value:
    """Tell whether a value is a string with a semantic version in it."""
    return isinstance(value, str) and native("semver.is_valid(input[0])", value)


def match_schema(document: Value, schema: Value) -> tuple[bool, list[dict[str, str]]]:
    """Tell whether a document, or the JSON in a string, fits a schema, with what is wrong where it does not.

    The words of what is wrong are the engine's, not those of OPA, and only the first is told.
    """
    fits, wrong = native("json.match_schema(input[0], input[1])", _read(document), _read(schema))
    return fits, [] if fits else [{"desc": wrong, "error": wrong, "field": "", "type": ""}]


def verify_schema(schema: Value) -> tuple[bool, str | None]:
    """Tell whether a value, or the JSON in a string, is a schema, with a reason where it is none.

    The reason is in OPA's words where a type is none that there is.
    """
    if not isinstance(schema, str | dict):
        raise BuiltinFailed("operand 1 must be string or object")
    read = _read(schema)
    try:
        native("json.verify_schema(input[0])", read)
    except BuiltinFailed:
        unknown = next(_unknown_types(read), None)
        return False, f"jsonschema: {_NO_TYPE.format(unknown)}" if unknown else _NO_SCHEMA
    return True, None


def _unknown_types(schema: Value) -> Iterator[str]:
    """Yield each type of a schema and of those inside it that JSON does not have."""
    if isinstance(schema, dict):
        named = schema.get("type")
        for one in named if isinstance(named, list) else [named]:
            if isinstance(one, str) and one not in _TYPES:
                yield one
        for part in schema.values():
            yield from _unknown_types(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _unknown_types(part)


def _read(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise BuiltinFailed("a string among the operands is no JSON") from None
