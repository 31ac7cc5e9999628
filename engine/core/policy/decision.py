"""What one policy said, and the decision that all of them make together. Evaluating is an adapter's."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.demands import Demand
from engine.core.policy.policies import PolicySource
from engine.core.policy.reasons import kind_of, reasons_of
from engine.core.policy.reviews import demands_of
from engine.core.policy.rules import RULES, SAMPLE
from engine.core.policy.selection import SkippedPolicy
from engine.core.policy.waivers import UsedWaiver, WaiverTerms, used_waivers

# What each means stands in docs/reference/errors.md.
FailureCode: TypeAlias = Literal[
    "policy_error",
    "policy_timeout",
    "policy_crash",
    "policy_undefined",
    "policy_malformed",
    "policy_invalid",
    "policy_quarantined",
]


class Outcome(StrEnum):
    """What the gate answers."""

    ALLOWED = "allowed"
    DENIED = "denied"
    PENDING_REVIEW = "pending_review"


class PolicyFailure(BaseModel):
    """Why a policy gave no usable answer; every failure denies.

    Attributes:
        line, column: the place in the source, from 1; 0 where there is none.
    """

    model_config = ConfigDict(frozen=True)

    code: FailureCode
    message: str
    line: int = 0
    column: int = 0

    def reworded(self, change: Callable[[str], str]) -> Self:
        """Return the failure with its words changed."""
        return self.model_copy(update={"message": change(self.message)})


class PolicyAnswer(BaseModel):
    """What one policy said about one input, whether it is waived or not.

    Attributes:
        policy_id, name, version, digest: which policy, exactly.
        demands: what its reviews ask for, where one person's consent is not enough or not anybody's counts.
        failure: set when the policy gave no usable answer; the lists are then empty.
        duration_ns: wall time of the evaluation; until it was given up, where it was.
    """

    model_config = ConfigDict(frozen=True)

    policy_id: str
    name: str
    version: int
    digest: str
    deny: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    warn: tuple[str, ...] = ()
    demands: tuple[Demand, ...] = ()
    sample: bool = False
    failure: PolicyFailure | None = None
    duration_ns: int = 0


class Decision(BaseModel):
    """The gate's answer, with all that is needed to explain and to repeat it.

    Attributes:
        deny, allow, review, warn: the reasons of all policies, in the order of the policies, each once; a
            reason to deny that is waived stands in `warn`.
        demands: what the reviews ask for, each once; where there are none, one person's consent is enough.
        policies: what each policy said that was asked.
        not_applicable: those that were not asked.
        waivers: the waivers that made a difference.
        input_digest: digest of the whole input.
        policy_digest: digest of the exact set of policies (see `policy_set_digest`).
        engine: name and version of the Rego engine.
    """

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    outcome: Outcome
    deny: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    warn: tuple[str, ...] = ()
    demands: tuple[Demand, ...] = ()
    sample: bool = False
    policies: tuple[PolicyAnswer, ...] = ()
    not_applicable: tuple[SkippedPolicy, ...] = ()
    waivers: tuple[UsedWaiver, ...] = ()
    input_digest: str = ""
    policy_digest: str = ""
    engine: str = ""

    @property
    def versions(self) -> tuple[str, ...]:
        """Each policy that was asked, as `name v3`."""
        return tuple(f"{answer.name} v{answer.version}" for answer in self.policies)

    @property
    def deciders(self) -> tuple[str, ...]:
        """Each policy whose word made the outcome, as `name v3`; none where nobody's did."""
        waived = {waiver.policy for waiver in self.waivers}

        def decides(answer: PolicyAnswer) -> bool:
            if self.outcome is Outcome.ALLOWED:
                return bool(answer.allow)
            if self.outcome is Outcome.PENDING_REVIEW:
                return bool(answer.review)
            return answer.failure is not None or (bool(answer.deny) and answer.name not in waived)

        return tuple(f"{answer.name} v{answer.version}" for answer in self.policies if decides(answer))

    def reworded(self, change: Callable[[str], str]) -> Self:
        """Return the decision with every word of the policies changed; outcome and identities stay."""
        answers = tuple(
            answer.model_copy(update={**_reworded(answer, change), "failure": failure})
            for answer in self.policies
            for failure in [answer.failure and answer.failure.reworded(change)]
        )
        waivers = tuple(w.model_copy(update={"reasons": tuple(map(change, w.reasons))}) for w in self.waivers)
        return self.model_copy(update={**_reworded(self, change), "policies": answers, "waivers": waivers})


def answer_of(policy: PolicySource, values: Mapping[str, JsonValue], duration_ns: int = 0) -> PolicyAnswer:
    """Return what a policy said, from the value of each of its rules; a missing rule said nothing.

    A rule of the wrong shape fails the whole policy: nothing of it counts but the failure.
    """
    try:
        reasons = {rule: reasons_of(rule, values[rule]) for rule in RULES if rule in values}
        demands = demands_of(values.get("review"))
    except ValueError as wrong:
        return failed(policy, "policy_malformed", str(wrong), duration_ns)
    except RecursionError:
        return failed(policy, "policy_malformed", "a reason nests too deeply", duration_ns)
    if not isinstance(sample := values.get(SAMPLE, False), bool):
        message = f"{SAMPLE} must be a boolean, not {kind_of(sample)}"
        return failed(policy, "policy_malformed", message, duration_ns)
    told = {**_identity(policy), **reasons, "demands": demands, "sample": sample}
    return PolicyAnswer(**told, duration_ns=duration_ns)


def failed(
    policy: PolicySource,
    code: FailureCode,
    message: str,
    duration_ns: int = 0,
    place: tuple[int, int] = (0, 0),
) -> PolicyAnswer:
    """Return the answer of a policy that gave no usable one; `place` is line and column, 0 where unknown."""
    failure = PolicyFailure(code=code, message=message, line=place[0], column=place[1])
    return PolicyAnswer(**_identity(policy), failure=failure, duration_ns=duration_ns)


def combine(answers: Sequence[PolicyAnswer], *, others_bind: bool = False) -> tuple[Outcome, tuple[str, ...]]:
    """Return the outcome of all answers and every reason to deny, failures among them.

    The table: no policy attached allows; any deny or failure denies; else any review, or no allow, waits
    for a person; else allowed. `others_bind` says that policies are attached that were not asked.
    """
    denials: list[str] = []
    for answer in answers:
        denials += answer.deny
        if answer.failure is not None:
            denials.append(_reason_of_failure(answer.name, answer.failure))
    if not answers and not others_bind:
        return Outcome.ALLOWED, ()
    if denials:
        return Outcome.DENIED, _unique(denials)
    if any(answer.review for answer in answers) or not any(answer.allow for answer in answers):
        return Outcome.PENDING_REVIEW, ()
    return Outcome.ALLOWED, ()


def decide(  # noqa: PLR0913 - a decision names all that it was made of
    answers: Sequence[PolicyAnswer],
    *,
    skipped: Sequence[SkippedPolicy] = (),
    waivers: Sequence[WaiverTerms] = (),
    input_digest: str,
    policy_digest: str,
    engine: str,
) -> Decision:
    """Unite the answers of all policies into the decision; every waiver given is taken to be in force."""
    used = used_waivers(waivers, {answer.policy_id: answer.deny for answer in answers})
    waived = {waiver.policy_id: waiver for waiver in used}
    heard = [_heard(answer, waived.get(answer.policy_id)) for answer in answers]
    outcome, denials = combine(heard, others_bind=bool(skipped))
    return Decision(
        outcome=outcome,
        deny=denials,
        allow=_unique([r for a in heard for r in a.allow]),
        review=_unique([r for a in heard for r in a.review]),
        warn=_unique([r for a in heard for r in a.warn]),
        demands=tuple(dict.fromkeys(d for a in heard for d in a.demands)),
        sample=any(a.sample for a in answers),
        policies=tuple(answers),
        not_applicable=tuple(skipped),
        waivers=used,
        input_digest=input_digest,
        policy_digest=policy_digest,
        engine=engine,
    )


def _reason_of_failure(name: str, failure: PolicyFailure) -> str:
    place = f"{name}:{failure.line}:{failure.column}" if failure.line else name
    return f"{place}: {failure.code}: {failure.message}"


def _heard(answer: PolicyAnswer, waiver: UsedWaiver | None) -> PolicyAnswer:
    """Return an answer as the decision takes it; what a waiver does not touch is its failure."""
    if waiver is None:
        return answer
    return answer.model_copy(update={"deny": (), "warn": (*answer.warn, *waiver.warnings)})


def _reworded(said: PolicyAnswer | Decision, change: Callable[[str], str]) -> dict[str, Any]:
    demands = tuple(demand.reworded(change) for demand in said.demands)
    return {"demands": demands, **{rule: tuple(map(change, getattr(said, rule))) for rule in RULES}}


def _identity(policy: PolicySource) -> dict[str, Any]:
    return {"policy_id": policy.id, "name": policy.name, "version": policy.version, "digest": policy.digest}


def _unique(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))
