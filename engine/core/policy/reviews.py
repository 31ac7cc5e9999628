"""What the members of `review` demand: how many approvals, and whose. Their reasons are `reasons`'s."""

from typing import Final

from pydantic import JsonValue

from engine.core.demands import ANYBODY, Demand
from engine.core.limits import APPROVALS_MAX, APPROVER_NAME_MAX_CHARS, APPROVERS_MAX
from engine.core.policy.reasons import kind_of, reason_of

APPROVALS: Final = "approvals"
APPROVERS: Final = "approvers"


def demands_of(members: JsonValue) -> tuple[Demand, ...]:
    """Return what the members of `review` demand; one that one person's consent satisfies demands nothing.

    Raises:
        ValueError: a member asks for what nobody can give; its text says so for people.
    """
    listed = members if isinstance(members, list) else []
    found = [_demand(member) for member in listed if isinstance(member, dict)]
    return tuple(demand for demand in found if demand.model_copy(update={"reason": ""}) != ANYBODY)


def _demand(member: dict[str, JsonValue]) -> Demand:
    approvals = member.get(APPROVALS, 1)
    if isinstance(approvals, bool) or not isinstance(approvals, int):
        raise ValueError(f"{APPROVALS} of a review must be an integer, not {_what(approvals)}")  # noqa: TRY004  # a value of the policy, no bug
    if not 1 <= approvals <= APPROVALS_MAX:
        raise ValueError(f"{APPROVALS} of a review must be 1 to {APPROVALS_MAX}, not {approvals}")
    approvers = _names(member[APPROVERS]) if APPROVERS in member else ()
    if approvers and len(approvers) < approvals:
        raise ValueError(f"a review asks for {approvals} approvals and names {len(approvers)} {APPROVERS}")
    return Demand(reason=reason_of(member), approvals=approvals, approvers=approvers)


def _names(value: JsonValue) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{APPROVERS} of a review must be a list of names, not {kind_of(value)}")  # noqa: TRY004  # as above
    names: dict[str, None] = {}
    for name in value:
        if not isinstance(name, str) or not _is_name(name):
            raise ValueError(
                f"each of the {APPROVERS} of a review must be a name of 1 to "
                f"{APPROVER_NAME_MAX_CHARS} characters on one line"
            )
        names[name] = None
    if not 1 <= len(names) <= APPROVERS_MAX:
        raise ValueError(f"{APPROVERS} of a review must be 1 to {APPROVERS_MAX} names, not {len(names)}")
    return tuple(names)


def _is_name(name: str) -> bool:
    # Shown beside our own words, a name must not look like more than one.
    return name.strip() == name and name.isprintable() and 1 <= len(name) <= APPROVER_NAME_MAX_CHARS


def _what(value: JsonValue) -> str:
    return "a fraction" if isinstance(value, float) else kind_of(value)
