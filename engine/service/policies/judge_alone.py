"""Asking given policies about a given input, as the gate would if they alone bound the project."""

from collections.abc import Sequence

from engine.core.policy.decision import Decision
from engine.core.policy.policies import PolicySource
from engine.core.policy.selection import SkippedPolicy, names_in
from engine.core.values import JsonObject
from engine.ports.evaluator import PolicyEvaluator
from engine.service.gate import gate


async def judge_alone(
    evaluator: PolicyEvaluator, policies: Sequence[PolicySource], policy_input: JsonObject
) -> Decision:
    """Return the decision of policies, of which those do not count that say themselves they do not apply.

    An input without type or operation, as in a test, is judged by all of them.

    Raises:
        ValueError: the input is not JSON (NaN, an infinity).
    """
    applying: list[PolicySource] = []
    skipped: list[SkippedPolicy] = []
    for policy in policies:
        if await applies(evaluator, policy, policy_input):
            applying.append(policy)
        else:
            skipped.append(SkippedPolicy(policy_id=policy.id, name=policy.name, version=policy.version))
    return await gate(evaluator, applying, policy_input, skipped=skipped)


async def applies(evaluator: PolicyEvaluator, policy: PolicySource, policy_input: JsonObject) -> bool:
    """Tell whether a policy applies to an input, by its metadata; one that cannot be loaded has its say."""
    about = names_in(policy_input)
    if about is None:
        return True
    resource_type, asked = about
    checked = await evaluator.check(policy)
    return checked.blocked or checked.metadata.covers(resource_type, *asked)
