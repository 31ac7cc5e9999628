"""Which of the policies that bind a project apply to one operation, by what they say of themselves."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from engine.core.policy.policies import Policy


class SkippedPolicy(BaseModel):
    """A policy that binds the project and says itself that it does not apply to this type or operation."""

    model_config = ConfigDict(frozen=True)

    policy_id: str
    name: str
    version: int


def select(
    policies: Sequence[Policy], resource_type: str, operation: str
) -> tuple[tuple[Policy, ...], tuple[SkippedPolicy, ...]]:
    """Return the policies that apply, and the others; both in the order given."""
    applying: list[Policy] = []
    others: list[SkippedPolicy] = []
    for policy in policies:
        if policy.metadata.covers(resource_type, operation):
            applying.append(policy)
        else:
            others.append(SkippedPolicy(policy_id=policy.id, name=policy.name, version=policy.version))
    return tuple(applying), tuple(others)
