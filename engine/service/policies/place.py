"""Where a policy lies and what it carries, as callers give it: checked, and ready to be put into it."""

from collections.abc import Mapping

from engine.core.policy.bonds import parse_policy_labels
from engine.core.projects import parse_space


def placed(labels: tuple[str, ...] | None, space: str | None) -> Mapping[str, str | tuple[str, ...]]:
    """Return the fields of a policy that are given; what is None stays as it is.

    Raises:
        InvalidInput: a label or the space is malformed.
    """
    given: dict[str, str | tuple[str, ...]] = {}
    if labels is not None:
        given["labels"] = parse_policy_labels(labels)
    if space is not None:
        given["space"] = parse_space(space)
    return given
