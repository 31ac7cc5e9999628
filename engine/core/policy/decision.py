"""What one policy said, and the decision that all of them make together. Evaluating is an adapter's."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.digest import canonical_json
from engine.core.policy.policies import PolicySource
from engine.core.policy.rules import RULES, SAMPLE

NO_REASON: Final = "(no reason given)"

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


class PolicyAnswer(BaseModel):
    """What one policy said about one input.

    Attributes:
        policy_id, name, version, digest: which policy, exactly.
        failure: set when the policy gave no usable answer; the four lists are then empty.
        duration_ns: wall time of the evaluation as the gate saw it.
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
    sample: bool = False
    failure: PolicyFailure | None = None
    duration_ns: int = 0


class Decision(BaseModel):
    """The gate's answer, with all that is needed to explain and to repeat it.

    Attributes:
        deny, allow, review, warn: the reasons of all policies, in the order of the policies, each once.
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
    sample: bool = False
    policies: tuple[PolicyAnswer, ...] = ()
    input_digest: str = ""
    policy_digest: str = ""
    engine: str = ""

    def reworded(self, change: Callable[[str], str]) -> Self:
        """Return the decision with every word of the policies changed; outcome and identities stay."""
        answers = tuple(
            answer.model_copy(
                update={
                    **_reworded(answer, change),
                    "failure": answer.failure
                    and answer.failure.model_copy(update={"message": change(answer.failure.message)}),
                }
            )
            for answer in self.policies
        )
        return self.model_copy(update={**_reworded(self, change), "policies": answers})


def answer_of(policy: PolicySource, values: Mapping[str, JsonValue], duration_ns: int = 0) -> PolicyAnswer:
    """Return what a policy said, from the value of each of its rules; a missing rule said nothing.

    A rule of the wrong shape fails the whole policy: nothing of it counts but the failure.
    """
    try:
        reasons = {rule: reasons_of(rule, values[rule]) for rule in RULES if rule in values}
    except ValueError as wrong:
        return failed(policy, "policy_malformed", str(wrong), duration_ns)
    except RecursionError:
        return failed(policy, "policy_malformed", "a reason nests too deeply", duration_ns)
    sample = values.get(SAMPLE, False)
    if not isinstance(sample, bool):
        message = f"{SAMPLE} must be a boolean, not {_kind(sample)}"
        return failed(policy, "policy_malformed", message, duration_ns)
    return PolicyAnswer(**_identity(policy), **reasons, sample=sample, duration_ns=duration_ns)


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


def reasons_of(rule: str, members: JsonValue) -> tuple[str, ...]:
    """Turn the value of `deny`, `allow`, `review` or `warn` into reasons.

    A member is a string, or an object with `msg` or `message`; any other member counts with its JSON as
    the reason, and an empty reason becomes `(no reason given)`: a member is never dropped.

    Raises:
        ValueError: the value is no set or array; its text says so for people.
    """
    if not isinstance(members, list):
        raise ValueError(f"{rule} must be a set of reasons, not {_kind(members)}")  # noqa: TRY004  # a value of the policy, no bug
    return tuple(_reason(member) for member in members)


def combine(answers: Sequence[PolicyAnswer]) -> tuple[Outcome, tuple[str, ...]]:
    """Return the outcome of all answers and every reason to deny, failures among them.

    The table: no policy attached allows; any deny or failure denies; else any review, or no allow, waits
    for a person; else allowed.
    """
    denials: list[str] = []
    for answer in answers:
        denials += answer.deny
        if answer.failure is not None:
            denials.append(_reason_of_failure(answer.name, answer.failure))
    if not answers:
        return Outcome.ALLOWED, ()
    if denials:
        return Outcome.DENIED, _unique(denials)
    if any(answer.review for answer in answers) or not any(answer.allow for answer in answers):
        return Outcome.PENDING_REVIEW, ()
    return Outcome.ALLOWED, ()


def decide(
    answers: Sequence[PolicyAnswer], *, input_digest: str, policy_digest: str, engine: str
) -> Decision:
    """Unite the answers of all policies into the decision."""
    outcome, denials = combine(answers)
    return Decision(
        outcome=outcome,
        deny=denials,
        allow=_unique([r for a in answers for r in a.allow]),
        review=_unique([r for a in answers for r in a.review]),
        warn=_unique([r for a in answers for r in a.warn]),
        sample=any(a.sample for a in answers),
        policies=tuple(answers),
        input_digest=input_digest,
        policy_digest=policy_digest,
        engine=engine,
    )


def _reason_of_failure(name: str, failure: PolicyFailure) -> str:
    place = f"{name}:{failure.line}:{failure.column}" if failure.line else name
    return f"{place}: {failure.code}: {failure.message}"


def _reworded(said: PolicyAnswer | Decision, change: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    return {rule: tuple(change(reason) for reason in getattr(said, rule)) for rule in RULES}


def _identity(policy: PolicySource) -> dict[str, Any]:
    return {"policy_id": policy.id, "name": policy.name, "version": policy.version, "digest": policy.digest}


def _reason(member: JsonValue) -> str:
    if isinstance(member, dict):
        for key in ("msg", "message"):
            said = member.get(key)
            if isinstance(said, str):
                return said or NO_REASON
    if isinstance(member, str):
        return member or NO_REASON
    return canonical_json(member).decode("utf-8", "surrogatepass")


def _kind(value: JsonValue) -> str:
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return kinds.get(type(value), "a number")


def _unique(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))
