"""`intent policy eval`: policies from files on an input from a file or stdin. Nothing is stored."""

from collections.abc import Sequence
from pathlib import Path

from anyio import to_thread
from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.policy.decision import Decision, Outcome
from engine.core.policy.policies import PolicySource, RegoVersion
from engine.core.policy.rules import RULES
from engine.ports.evaluator import PolicyEvaluator
from engine.service.gate import gate
from server.cli.given import STDIN, parse_json, read_text
from server.cli.output import one_line
from server.problems import NOBODY_ALLOWS


async def evaluate_files(
    evaluator: PolicyEvaluator, policies: Sequence[Path], input_file: Path, *, rego_v0: bool
) -> Decision:
    """Return the decision of the policies in files on the input in a file; `-` reads the input from stdin.

    Raises:
        InvalidInput: a file cannot be read or is not UTF-8, or the input is not a JSON object.
    """
    sources = [await source_in(path, rego_v0=rego_v0) for path in policies]
    return await gate(evaluator, sources, await to_thread.run_sync(_input, input_file))


async def source_in(path: Path, *, rego_v0: bool) -> PolicySource:
    """Return the policy in a file, named after it.

    Raises:
        InvalidInput: the file cannot be read or is not UTF-8.
    """
    text = await to_thread.run_sync(read_text, path, "policy")
    language = RegoVersion.V0 if rego_v0 else RegoVersion.V1
    return PolicySource(id=str(path), name=str(path), version=0, rego_version=language, source=text)


def decision_document(decision: Decision) -> dict[str, JsonValue]:
    """Return what the command prints as JSON."""
    fields = {"format_version", "outcome", *RULES, "policies"}
    document: dict[str, JsonValue] = decision.model_dump(mode="json", include=fields)
    return document


def decision_text(decision: Decision) -> str:
    """Return what the command prints for people: the outcome, then each reason under its rule."""
    lines = [decision.outcome.value.replace("_", " ")]
    for rule in RULES:
        reasons: tuple[str, ...] = getattr(decision, rule)
        lines += [f"  {rule}: {one_line(reason)}" for reason in reasons]
    if decision.outcome is Outcome.PENDING_REVIEW and not decision.review:
        lines.append(f"  {NOBODY_ALLOWS}")
    return "\n".join(lines)


def _input(path: Path) -> JsonValue:
    name = "stdin" if str(path) == STDIN else str(path)
    document = parse_json(read_text(path, "input"), name, "input")
    if not isinstance(document, dict):
        raise InvalidInput(
            f"{name} is not a JSON object",
            field="input",
            hint="docs/reference/command.md shows what an input holds",
        )
    return document
