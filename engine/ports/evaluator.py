"""Evaluating and checking Rego, whatever engine does it."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import JsonValue

from engine.core.policy.decision import PolicyAnswer
from engine.core.policy.policies import Checked, PolicySource


class PolicyEvaluator(Protocol):
    """Evaluates each policy alone on one input. What a policy does never raises: a failure is an answer."""

    @property
    def engine(self) -> str:
        """Name and version of the engine, as decisions record them."""
        ...

    async def evaluate(
        self, policies: Sequence[PolicySource], policy_input: JsonValue
    ) -> tuple[PolicyAnswer, ...]:
        """Return one answer for each policy, in their order.

        An error, a time-out, a crash, a malformed or an undefined result is an answer with `failure` set.
        """
        ...

    async def check(self, policy: PolicySource) -> Checked:
        """Return what is wrong with a source, and what it says about itself."""
        ...
