"""Reasons: what the members of `deny`, `allow`, `review` and `warn` are in words. Nothing is decided here."""

from typing import Final

from pydantic import JsonValue

from engine.core.digest import canonical_json

NO_REASON: Final = "(no reason given)"


def reasons_of(rule: str, members: JsonValue) -> tuple[str, ...]:
    """Turn the value of `deny`, `allow`, `review` or `warn` into reasons.

    A member is a string, or an object with `msg` or `message`; any other member counts with its JSON as
    the reason, and an empty reason becomes `(no reason given)`: a member is never dropped.

    Raises:
        ValueError: the value is no set or array; its text says so for people.
    """
    if not isinstance(members, list):
        raise ValueError(f"{rule} must be a set of reasons, not {kind_of(members)}")  # noqa: TRY004  # a value of the policy, no bug
    return tuple(reason_of(member) for member in members)


def reason_of(member: JsonValue) -> str:
    """Return the reason that a member gives."""
    if isinstance(member, dict):
        for key in ("msg", "message"):
            said = member.get(key)
            if isinstance(said, str):
                return said or NO_REASON
    if isinstance(member, str):
        return member or NO_REASON
    return canonical_json(member).decode("utf-8", "surrogatepass")


def kind_of(value: JsonValue) -> str:
    """Return what sort of JSON value something is, with its article."""
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return kinds.get(type(value), "a number")
