"""Values that stand for the caller's own, by the name of what they are for."""

from collections.abc import Sequence

from pydantic import JsonValue


def placeholder(names: Sequence[str], constraint: JsonValue) -> JsonValue:
    """Return a value of a simple type for the attribute whose name ends `names`.

    `names` are those of the type, where it is known, and of the blocks around, outer ones first.
    """
    if constraint == "number":
        return 1
    if constraint == "bool":
        return names[-1].endswith("enabled")
    return "example"
