"""Saying why a policy said what it said, whatever engine does it."""

from typing import Protocol

from pydantic import JsonValue

from engine.core.policy.explain import Explanation
from engine.core.policy.policies import PolicySource


class PolicyExplainer(Protocol):
    """Explains one policy on one input. What a policy does never raises: a failure is in the answer."""

    async def explain(self, policy: PolicySource, policy_input: JsonValue) -> Explanation:
        """Return why each of its rules said what it said; `failure` where that cannot be told.

        A source that its checks refuse, a time-out and a crash are failures.
        """
        ...
