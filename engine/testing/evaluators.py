"""An evaluator with scripted answers, and the cases that every evaluator must agree with. Runs no Rego."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pydantic import JsonValue

from engine.core.policy.decision import PolicyAnswer, PolicyFailure, answer_of, failed
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import Checked, Finding, PolicySource, RegoVersion

# What a policy says: the values of its rules as JSON, or the failure of the whole policy.
Said = Mapping[str, JsonValue] | PolicyFailure


class ScriptedEvaluator:
    """A `PolicyEvaluator` in memory that answers from a script.

    Args:
        said: what the policy with a source says, by source; a policy that is not there says nothing.
        findings: what `check` finds in a source, by source.
        about: what a source says about itself, by source.

    Attributes:
        seen: the inputs in the order in which they were evaluated.
        asked: the names of the policies that were evaluated on each of them.
    """

    def __init__(
        self,
        said: Mapping[str, Said],
        findings: Mapping[str, Sequence[Finding]] | None = None,
        about: Mapping[str, PolicyMetadata] | None = None,
    ) -> None:
        self._said = dict(said)
        self._findings = dict(findings or {})
        self._about = dict(about or {})
        self.seen: list[JsonValue] = []
        self.asked: list[tuple[str, ...]] = []

    def answers(self, source: str, said: Said) -> None:
        """Change what the policy with a source says."""
        self._said[source] = said

    def finds(self, source: str, findings: Sequence[Finding]) -> None:
        """Change what `check` finds in a source."""
        self._findings[source] = findings

    @property
    def engine(self) -> str:
        """A name that no real engine has."""
        return "scripted 1"

    async def evaluate(
        self, policies: Sequence[PolicySource], policy_input: JsonValue
    ) -> tuple[PolicyAnswer, ...]:
        """Return the scripted answers; see the port."""
        self.seen.append(policy_input)
        self.asked.append(tuple(policy.name for policy in policies))
        return tuple(self._answer(policy) for policy in policies)

    async def check(self, policy: PolicySource) -> Checked:
        """Return the scripted findings, blocking ones first, and the scripted metadata; see the port."""
        found = (
            finding.model_copy(update={"policy": policy.name})
            for finding in self._findings.get(policy.source, ())
        )
        return Checked(
            findings=tuple(sorted(found, key=lambda finding: not finding.blocking)),
            metadata=self._about.get(policy.source, PolicyMetadata()),
        )

    def _answer(self, policy: PolicySource) -> PolicyAnswer:
        said = self._said.get(policy.source, {})
        if isinstance(said, PolicyFailure):
            return failed(policy, said.code, said.message)
        return answer_of(policy, said)


class EvaluatorCase(NamedTuple):
    """One policy and what every evaluator must make of it.

    Attributes:
        said: the values of its rules for the input `{"n": 1}`, or the code of its failure.
    """

    name: str
    source: str
    said: Mapping[str, JsonValue] | str
    rego_version: RegoVersion = RegoVersion.V1


CASE_INPUT: Final[JsonValue] = {"n": 1}

EVALUATOR_CASES: Final = (
    EvaluatorCase("nothing said", 'package intent\nallow contains "a" if input.plan == 2\n', {"allow": []}),
    EvaluatorCase(
        "an undefined rule", 'package intent\nallow := {"a"} if input.n == 2\n', "policy_undefined"
    ),
    EvaluatorCase(
        "reasons of all kinds",
        'package spacelift\ndeny contains "d"\nallow contains {"msg": "m"}\n'
        'review contains {"message": "r"}\n'
        "warn contains [input.n]\nsample := true\n",
        {"deny": ["d"], "allow": [{"msg": "m"}], "review": [{"message": "r"}], "warn": [[1]], "sample": True},
    ),
    EvaluatorCase(
        "the old language", 'package intent\ndeny[m] { m = "d" }\n', {"deny": ["d"]}, RegoVersion.V0
    ),
    EvaluatorCase("an error", "package intent\nallow contains 1 if 1 / (input.n - 1) > 0\n", "policy_error"),
    EvaluatorCase("a boolean", "package intent\ndeny := true\n", "policy_malformed"),
    EvaluatorCase(
        "a sample of words", 'package intent\nallow contains 1\nsample := "yes"\n', "policy_malformed"
    ),
    EvaluatorCase("a misspelt rule", 'package intent\ndney contains "d"\n', "policy_undefined"),
    EvaluatorCase("another package", 'package intents\ndeny contains "d"\n', "policy_undefined"),
    EvaluatorCase("no Rego", "package intent\ndeny contains\n", "policy_invalid"),
)
