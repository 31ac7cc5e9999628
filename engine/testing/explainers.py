"""An explainer in memory that tells which rules a source seems to have. Runs no Rego."""

import re
from typing import Final

from pydantic import JsonValue

from engine.core.policy.decision import PolicyFailure
from engine.core.policy.explain import BodyTold, Explanation, RuleTold
from engine.core.policy.policies import PolicySource
from engine.core.policy.rules import RULES

_RULE: Final = re.compile(rf"^({'|'.join(RULES)})\b", re.MULTILINE)


class ScriptedExplainer:
    """A `PolicyExplainer` that takes every rule for one that held; what is no package cannot be explained."""

    async def explain(self, policy: PolicySource, policy_input: JsonValue) -> Explanation:
        """Return an explanation of the rules that stand at the beginnings of lines; see the port."""
        del policy_input
        identity = {
            "policy_id": policy.id,
            "name": policy.name,
            "version": policy.version,
            "digest": policy.digest,
        }
        if not policy.source.startswith("package "):
            failure = PolicyFailure(code="policy_invalid", message="this is no module")
            return Explanation(**identity, failure=failure)
        rules = []
        for found in _RULE.finditer(policy.source):
            line = policy.source.count("\n", 0, found.start()) + 1
            rules.append(
                RuleTold(rule=found[1], line=line, bodies=(BodyTold(kind="body", line=line, verdict="held"),))
            )
        return Explanation(**identity, rules=tuple(rules))
