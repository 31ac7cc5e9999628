"""The values of a template as Go has them: what is true, what is equal, how each is printed."""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value
from engine.core.limits import POLICY_TEMPLATE_MAX_CHARS

# What Go prints for a value that is not there, and what OPA makes of it.
NOTHING: Final = "<no value>"
# The exponents of ten at which Go writes a float without one.
_PLAIN: Final = range(-4, 6)
_VERB: Final = re.compile(
    r"%(?P<flags>[-+0 ]*)(?P<width>[0-9]{0,4})(?P<digits>\.[0-9]{0,4})?(?P<verb>.)", re.DOTALL
)


class Missing:
    """The value of a member that an object lacks; its members lack too."""


def from_rego(value: Value) -> Value:
    """Return a value with its numbers as text.

    Raises:
        BuiltinFailed: it holds a set, or a key that is no string, which JSON has not.
    """
    match value:
        case None | bool() | str():
            return value
        case int() | float():
            return str(value)
        case list():
            return [from_rego(member) for member in value]
        case dict() if all(isinstance(key, str) for key in value):
            return {key: from_rego(member) for key, member in value.items()}
    raise BuiltinFailed("operand 2 holds a set, or a key that is no string")


def true(value: Value) -> bool:
    """Tell whether a value counts as true: it is there, and neither false, zero nor empty."""
    return not isinstance(value, Missing) and bool(value)


def field(value: Value, name: str) -> Value:
    """Return a member by its name."""
    if isinstance(value, Missing):
        return value
    if not isinstance(value, dict):
        raise BuiltinFailed("the template takes a field of what is no object")
    return value.get(name, Missing())


def shown(value: Value, *, outermost: bool = False) -> str:
    """Return how Go prints a value."""
    match value:
        case None | Missing():
            return NOTHING if outermost else "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return _float(value)
        case list():
            return f"[{' '.join(shown(member) for member in value)}]"
        case dict():
            members = (f"{key}:{shown(member)}" for key, member in sorted(value.items()))
            return f"map[{' '.join(members)}]"
    return str(value)


def bounded(made: str) -> str:
    """Return what was made.

    Raises:
        BuiltinFailed: it is longer than `POLICY_TEMPLATE_MAX_CHARS`.
    """
    if len(made) > POLICY_TEMPLATE_MAX_CHARS:
        raise BuiltinFailed(f"the template makes more than {POLICY_TEMPLATE_MAX_CHARS} characters")
    return made


def _float(value: float) -> str:
    decimal = Decimal(repr(value)).normalize()
    if value == 0 or decimal.adjusted() in _PLAIN:
        return f"{decimal:f}"
    digits, exponent = f"{decimal:e}".split("e")
    return f"{digits}e{int(exponent):+03d}"


def _kind(value: Value) -> type | None:
    if value is None or isinstance(value, Missing):
        return None
    if isinstance(value, list | dict):
        raise BuiltinFailed("the template compares an array or an object")
    return type(value)


def _eq(one: Value, first: Value, *others: Value) -> bool:
    found = False
    for other in (first, *others):
        kinds = {_kind(one), _kind(other)}
        if len(kinds) > 1 and None not in kinds:
            raise BuiltinFailed("the template compares unlike values; numbers of the data are text to it")
        found |= len(kinds) == 1 and (None in kinds or one == other)
    return found


def _lt(one: Value, other: Value) -> bool:
    if _kind(one) is not _kind(other) or _kind(one) in {None, bool}:
        raise BuiltinFailed("the template compares what has no order; numbers of the data are text to it")
    return bool(one < other)


def _len(value: Value) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if not isinstance(value, list | dict):
        raise BuiltinFailed("the template takes the length of what has none")
    return len(value)


def _index(value: Value, *keys: Value) -> Value:
    for key in keys:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key, Missing())
        elif isinstance(value, list) and type(key) is int and 0 <= key < len(value):
            value = value[key]
        else:
            raise BuiltinFailed("the template takes an element that is not there, or of what has none")
    return value


def _print(*values: Value) -> str:
    made = ""
    for before, value in zip((None, *values), values, strict=False):
        between = made and not isinstance(before, str) and not isinstance(value, str)
        made = bounded(f"{made}{' ' if between else ''}{shown(value)}")
    return made


def _println(*values: Value) -> str:
    return bounded(" ".join(map(shown, values)) + "\n")


def _printf(form: Value, *values: Value) -> str:
    if not isinstance(form, str):
        raise BuiltinFailed("the template gives printf no text as its form")
    left = list(values)
    made = bounded(_VERB.sub(lambda found: _formatted(found, left), form))
    if left:
        raise BuiltinFailed("the template gives printf more values than its form takes")
    return made


def _formatted(found: re.Match[str], left: list[Value]) -> str:
    verb = found["verb"]
    if verb == "%":
        return "%"
    if not left:
        raise BuiltinFailed("the template gives printf fewer values than its form takes")
    value = left.pop(0)
    match verb:
        case "v":
            verb, value = "s", shown(value)
        case "t" if isinstance(value, bool):
            verb, value = "s", shown(value)
        case "q" if isinstance(value, str):
            verb, value = "s", json.dumps(value, ensure_ascii=False)
        case "s" if isinstance(value, str):
            pass
        case "d" | "x" | "X" if type(value) is int:
            pass
        case "f" if type(value) is float:
            pass
        case _:
            raise BuiltinFailed("the template gives printf a value that its verb does not take")
    form: str = f"%{found['flags']}{found['width']}{found['digits'] or ''}{verb}"
    return str(form % value)


FUNCTIONS: Final[Mapping[str, Callable[..., Value]]] = {
    "eq": _eq,
    "ge": lambda one, other: not _lt(one, other),
    "gt": lambda one, other: not _lt(one, other) and not _eq(one, other),
    "index": _index,
    "le": lambda one, other: _lt(one, other) or _eq(one, other),
    "len": _len,
    "lt": _lt,
    "ne": lambda one, other: not _eq(one, other),
    "not": lambda value: not true(value),
    "print": _print,
    "printf": _printf,
    "println": _println,
}
