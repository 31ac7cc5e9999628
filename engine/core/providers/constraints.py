"""Type constraints in cty's JSON form: `"string"`, `["map", "string"]`, `["object", {"name": "string"}]`.

What fits and what converts is as OpenTofu has it. Paths and messages are `check`'s.
"""

import re
from typing import Final

from pydantic import JsonValue

from engine.core.refs import is_ref

# As OpenTofu's tonumber() reads them (measured with 1.6.2), less a binary exponent (`1p3`).
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_BOOLS: Final = ("true", "false", "1", "0")


def is_constraint(constraint: JsonValue) -> bool:
    """Tell whether a JSON value is a type constraint."""
    match constraint:
        case "string" | "number" | "bool" | "dynamic":
            return True
        case ["list" | "set" | "map", inner]:
            return is_constraint(inner)
        case ["tuple", list(parts)]:
            return all(is_constraint(part) for part in parts)
        # A third member names the attributes that may be left out.
        case ["object", dict(parts)] | ["object", dict(parts), list()]:
            return all(is_constraint(part) for part in parts.values())
    return False


def converts(constraint: JsonValue, value: JsonValue) -> bool:
    """Tell whether a value is of a simple type, or converts to it."""
    match constraint:
        case "string":
            return isinstance(value, str | int | float)
        case "bool":
            return isinstance(value, bool) or (isinstance(value, str) and value in _BOOLS)
        case "number":
            if isinstance(value, str):
                return _NUMBER.fullmatch(value) is not None
            return isinstance(value, int | float) and not isinstance(value, bool)
    return constraint == "dynamic"


def members(
    constraint: list[JsonValue], value: JsonValue
) -> list[tuple[str | int, JsonValue, JsonValue]] | None:
    """Return each member of a value with its step and its constraint, None for one that an object lacks.

    None instead of a list says that the value has another shape than the constraint.
    """
    match constraint[0], constraint[1], value:
        case "map", inner, dict():
            return [(key, inner, item) for key, item in value.items()]
        case "list" | "set", inner, list():
            return [(position, inner, item) for position, item in enumerate(value)]
        case "tuple", list(inner), list() if len(inner) == len(value):
            return [(position, *pair) for position, pair in enumerate(zip(inner, value, strict=True))]
        case "object", dict(inner), dict():
            return [(key, inner.get(key), item) for key, item in value.items()]
    return None


def completed(constraint: JsonValue, value: JsonValue) -> JsonValue:
    """Return a fitting value with every member of its objects present, null where it was left out."""
    if not isinstance(constraint, list) or is_ref(value):
        return value
    match constraint[0], constraint[1], value:
        case "object", dict(inner), dict():
            return {key: completed(part, value.get(key)) for key, part in inner.items()}
        case "map", inner, dict():
            return {key: completed(inner, item) for key, item in value.items()}
        case "list" | "set", inner, list():
            return [completed(inner, item) for item in value]
    return value


def spell(constraint: JsonValue) -> str:
    """Spell a constraint for people: `set of object`."""
    match constraint:
        case ["list" | "set" | "map" as kind, inner]:
            return f"{kind} of {spell(inner)}"
        case [str(kind), *_]:
            return kind
    return str(constraint)
