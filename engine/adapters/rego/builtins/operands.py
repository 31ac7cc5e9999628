"""What a built-in may be given, and how it says that it cannot go on. Knows no built-in.

Values come from the engine as Python's: objects as `dict`, sets as `set`, whole numbers as `int`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

Value: TypeAlias = Any

# A boolean is an `int` in Python: the first that fits counts.
_KINDS: Final = (
    (bool, "boolean"),
    (int | float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
    (set, "set"),
)
_ORDER: Final = ("null", "boolean", "number", "string")


class BuiltinFailed(Exception):
    """A built-in has no result; the policy that called it fails.

    INVARIANT: the message holds no value of an argument: arguments may be secrets, messages are shown.
    """


def text(value: Value, operand: int) -> str:
    """Return an operand that must be a string.

    Raises:
        BuiltinFailed: it is none, or holds half a surrogate pair, which no encoding has.
    """
    if not isinstance(value, str):
        raise _mismatch(operand, "string", value)
    return value


def octets(value: Value, operand: int) -> bytes:
    """Return the UTF-8 of an operand that must be a string."""
    return text(value, operand).encode()


def integer(value: Value, operand: int) -> int:
    """Return an operand that must be a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise _mismatch(operand, "integer", value)
    return value


def array(value: Value, operand: int) -> list[Value]:
    """Return an operand that must be an array."""
    if not isinstance(value, list):
        raise _mismatch(operand, "array", value)
    return value


def collection(value: Value, operand: int) -> list[Value]:
    """Return the members of an operand that must be an array or a set."""
    if not isinstance(value, list | set):
        raise _mismatch(operand, "array or set", value)
    return list(value)


def mapping(value: Value, operand: int) -> Mapping[Value, Value]:
    """Return an operand that must be an object."""
    if not isinstance(value, dict):
        raise _mismatch(operand, "object", value)
    return value


def kind(value: Value) -> str:
    """Return the name of a value's type in Rego."""
    return next((name for known, name in _KINDS if isinstance(value, known)), "null")


def in_order(values: Iterable[Value]) -> list[Value]:
    """Return the members of a set in Rego's order; no set that comes here holds arrays or objects."""
    return sorted(values, key=lambda value: (_ORDER.index(kind(value)), 0 if value is None else value))


def _mismatch(operand: int, wanted: str, value: Value) -> BuiltinFailed:
    return BuiltinFailed(f"operand {operand} must be {wanted} but is {kind(value)}")
