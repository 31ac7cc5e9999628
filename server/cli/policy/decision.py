"""The decision of given policies on an input in a file, and how it is printed."""

from collections.abc import Sequence
from pathlib import Path

from anyio import to_thread
from pydantic import JsonValue

from engine.core.policy.decision import Decision, Outcome
from engine.core.policy.policies import PolicySource
from engine.core.policy.rules import RULES
from engine.ports.evaluator import PolicyEvaluator
from engine.service.policies.judge_alone import judge_alone
from server.cli.given import read_object
from server.cli.output import one_line
from server.problems import NOBODY_ALLOWS


async def decide_on(
    evaluator: PolicyEvaluator, sources: Sequence[PolicySource], input_file: Path
) -> Decision:
    """Return the decision of policies on the input in a file; `-` reads it from stdin.

    Raises:
        InvalidInput: the file cannot be read, or is no JSON object.
    """
    return await judge_alone(evaluator, sources, await to_thread.run_sync(read_object, input_file, "input"))


def decision_document(decision: Decision) -> dict[str, JsonValue]:
    """Return what the command prints as JSON."""
    fields = {"format_version", "outcome", *RULES, "demands", "policies"}
    document: dict[str, JsonValue] = decision.model_dump(mode="json", include=fields)
    return document


def decision_text(decision: Decision) -> str:
    """Return what the command prints for people: the outcome, then each reason under its rule."""
    lines = [decision.outcome.value.replace("_", " ")]
    for rule in RULES:
        reasons: tuple[str, ...] = getattr(decision, rule)
        lines += [f"  {rule}: {one_line(reason)}" for reason in reasons]
    lines += [f"  asks for {demand.words}: {one_line(demand.reason)}" for demand in decision.demands]
    if decision.outcome is Outcome.PENDING_REVIEW and not decision.review:
        lines.append(f"  {NOBODY_ALLOWS}")
    return "\n".join(lines)
