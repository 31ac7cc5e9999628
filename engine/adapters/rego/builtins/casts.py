"""What only the old language has: `any`, `all`, `cast_*`, `set_diff`, `re_match`.

Python takes 1 and true for one value in a set: a set that would hold both is refused where it can be seen.
"""

from engine.adapters.rego.builtins.native import native
from engine.adapters.rego.builtins.operands import BuiltinFailed, Value, collection, in_order, kind, text


def any_(values: Value) -> bool:
    """Tell whether true is among the members."""
    return any(value is True for value in collection(values, 1))


def all_(values: Value) -> bool:
    """Tell whether every member is true."""
    return all(value is True for value in collection(values, 1))


def cast_array(value: Value) -> list[Value]:
    """Return an array as it is, a set in Rego's order."""
    members = collection(value, 1)
    return in_order(members) if isinstance(value, set) else members


def cast_boolean(value: Value) -> Value:
    """Return a boolean as it is."""
    return _only("boolean", value)


def cast_null(value: Value) -> Value:
    """Return null as it is."""
    return _only("null", value)


def cast_object(value: Value) -> Value:
    """Return an object as it is."""
    return _only("object", value)


def cast_set(value: Value) -> set[Value]:
    """Return a set as it is, an array as a set."""
    members = [_member(member) for member in collection(value, 1)]
    if len({(kind(member), member) for member in members}) > len(set(members)):
        raise BuiltinFailed("the set would hold both a boolean and a number that Python takes for it")
    return set(members)


def cast_string(value: Value) -> Value:
    """Return a string as it is."""
    return _only("string", value)


def re_match(pattern: Value, value: Value) -> Value:
    """Tell whether a regular expression matches within a string."""
    return native("regex.match(input[0], input[1])", text(pattern, 1), text(value, 2))


def set_diff(minuend: Value, subtrahend: Value) -> set[Value]:
    """Return the members of a set that another has not."""
    for operand, value in enumerate((minuend, subtrahend), start=1):
        if not isinstance(value, set):
            raise BuiltinFailed(f"operand {operand} must be set but is {kind(value)}")
    difference: set[Value] = minuend - subtrahend
    return difference


def _only(wanted: str, value: Value) -> Value:
    if kind(value) != wanted:
        raise BuiltinFailed(f"operand 1 must be {wanted} but is {kind(value)}")
    return value


def _member(value: Value) -> Value:
    """Return a value in a form that a set of Python may hold."""
    if isinstance(value, list):
        return tuple(_member(member) for member in value)
    if isinstance(value, set):
        return frozenset(value)
    if isinstance(value, dict):
        raise BuiltinFailed("a set of objects cannot be made here")
    return value
