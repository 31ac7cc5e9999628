"""Which of the policies that bind a project apply to one operation, by what they say of themselves."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from engine.core.plans.plan import REPLACE, word_of
from engine.core.policy.input import GatedOperation
from engine.core.policy.policies import Policy
from engine.core.values import JsonObject


class SkippedPolicy(BaseModel):
    """A policy that binds the project and says itself that it does not apply to this type or operation."""

    model_config = ConfigDict(frozen=True)

    policy_id: str
    name: str
    version: int


def names_of(operation: str, action: str) -> tuple[str, ...]:
    """Return the names under which policies judge an operation: what was asked for, and what its plan does.

    An update that replaces is an update and a replacement.
    """
    return (operation,) if action == operation else (operation, action)


def gated(kind: GatedOperation, action: str) -> GatedOperation:
    """Return what policies are told is asked for: making a lost object anew is a creation."""
    return "create" if (kind, action) == ("update", "create") else kind


def names_in(policy_input: JsonObject) -> tuple[str, tuple[str, ...]] | None:
    """Return the type and the names that an input is about; None where it lacks one, as in a test."""
    resource, plan = policy_input.get("resource"), policy_input.get("plan")
    asked = resource if isinstance(resource, dict) else {}
    resource_type, operation = asked.get("resource_type"), asked.get("operation")
    if not isinstance(resource_type, str) or not isinstance(operation, str):
        return None
    planned = plan if isinstance(plan, dict) else {}
    action, actions = planned.get("action"), planned.get("actions")
    if not isinstance(action, str):
        # What was recorded before plans had one word.
        said = [each for each in actions if isinstance(each, str)] if isinstance(actions, list) else []
        action = word_of(said or [operation])
    return resource_type, names_of(operation, action)


def names_like(operation: str) -> tuple[str, ...]:
    """Return the names under which policies judge what METADATA calls by one of `rules.OPERATIONS`."""
    return names_of("update", REPLACE) if operation == REPLACE else (operation,)


def select(
    policies: Sequence[Policy], resource_type: str, asked: Sequence[str]
) -> tuple[tuple[Policy, ...], tuple[SkippedPolicy, ...]]:
    """Return the policies that apply to an operation by any of its names, and the others, in their order."""
    applying: list[Policy] = []
    others: list[SkippedPolicy] = []
    for policy in policies:
        if policy.metadata.covers(resource_type, *asked):
            applying.append(policy)
        else:
            others.append(SkippedPolicy(policy_id=policy.id, name=policy.name, version=policy.version))
    return tuple(applying), tuple(others)
