"""The gate: shows one input to the policies that apply and returns the decision. Acting on it is not here."""

from collections.abc import Sequence

from pydantic import JsonValue

from engine.core.digest import digest
from engine.core.policy.decision import Decision, PolicyAnswer, decide, failed
from engine.core.policy.policies import PolicySource, policy_set_digest
from engine.core.policy.selection import SkippedPolicy
from engine.core.policy.waivers import WaiverTerms
from engine.ports.evaluator import PolicyEvaluator


async def gate(
    evaluator: PolicyEvaluator,
    policies: Sequence[PolicySource],
    policy_input: JsonValue,
    *,
    skipped: Sequence[SkippedPolicy] = (),
    waivers: Sequence[WaiverTerms] = (),
    policy_digest: str | None = None,
) -> Decision:
    """Evaluate the policies on the input and unite what they say.

    Args:
        evaluator: any engine.
        policies: those that apply, in the order in which their reasons are to be shown.
        policy_input: the document of `contracts.md`, policy input.
        skipped: those that bind the project and do not apply; without any policy at all, all is allowed.
        waivers: those in force.
        policy_digest: of all that binds the project; of `policies` and `waivers` where left out.

    Returns:
        The decision, with the digests of the input and of the set of policies, so that it can be repeated.

    Raises:
        ValueError: the input is not JSON (NaN, an infinity).
    """
    input_digest = digest(policy_input)
    answers = await evaluator.evaluate(policies, policy_input)
    # INVARIANT: each policy that applies has its say; an answer that is missing or another's denies.
    if [_identity(answer) for answer in answers] != [(p.id, p.version, p.digest) for p in policies]:
        answers = tuple(
            failed(p, "policy_error", "the evaluator gave no answer of its own") for p in policies
        )
    return decide(
        answers,
        skipped=skipped,
        waivers=waivers,
        input_digest=input_digest,
        policy_digest=policy_set_digest(policies, waivers) if policy_digest is None else policy_digest,
        engine=evaluator.engine,
    )


def _identity(answer: PolicyAnswer) -> tuple[str, int, str]:
    return answer.policy_id, answer.version, answer.digest
