"""Rego's `strings.split_n`, `strings.count` and `array.flatten`."""

from engine.adapters.rego.builtins.operands import Value, array, integer, text


def split_n(value: Value, delimiter: Value, number: Value) -> list[str]:
    """Return the first `number` parts of a string, the last ones where it is negative."""
    whole, between, count = text(value, 1), text(delimiter, 2), integer(number, 3)
    parts = whole.split(between) if between else list(whole)
    return parts[:count] if count >= 0 else parts[count:]


def count(value: Value, part: Value) -> int:
    """Return how often a string holds another, without overlap; the empty one is beside every character."""
    return text(value, 1).count(text(part, 2))


def flatten(value: Value) -> list[Value]:
    """Return an array with the members of its arrays in their place, one level deep."""
    members: list[Value] = []
    for member in array(value, 1):
        members += member if isinstance(member, list) else [member]
    return members
