"""Comparing a decision with the same question asked again. Asking is done elsewhere."""

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.core.policy.decision import Decision, Outcome, PolicyAnswer
from engine.core.policy.rules import RULES


class Replay(BaseModel):
    """A recorded decision beside what the same versions say of the recorded input now.

    Attributes:
        recorded, replayed: the outcomes.
        verdict: `same`; `differs`, in its outcome or in what a policy says; `incomplete`, where everything
            that could be asked again says the same but not every policy could.
        differences: what differs and what may be the cause, one sentence each.
        redacted: dotted paths of the recorded input that hide a secret; policies saw the value itself.
    """

    model_config = ConfigDict(frozen=True)

    decision_id: str
    operation_id: str
    recorded: Outcome
    replayed: Outcome
    verdict: Literal["same", "differs", "incomplete"]
    differences: tuple[str, ...]
    redacted: tuple[str, ...]


def compare(  # noqa: PLR0913 - a comparison names all that it is made of
    recorded: Decision,
    replayed: Decision,
    *,
    decision_id: str,
    operation_id: str,
    lost: Sequence[PolicyAnswer],
    redacted: Sequence[str],
) -> Replay:
    """Return how a decision compares with its replay, which takes the answers of `lost` from the record."""
    told = list(_differences(recorded, replayed))
    verdict: Literal["same", "differs", "incomplete"] = "differs" if told else "same"
    if lost and not told:
        verdict = "incomplete"
    told += [
        f"{answer.name} v{answer.version} is no longer stored as it was: its recorded answer stands in"
        for answer in lost
    ]
    if verdict == "differs":
        told += _causes(recorded, replayed, redacted)
    return Replay(
        decision_id=decision_id,
        operation_id=operation_id,
        recorded=recorded.outcome,
        replayed=replayed.outcome,
        verdict=verdict,
        differences=tuple(told),
        redacted=tuple(redacted),
    )


def answers_differ(before: PolicyAnswer, after: PolicyAnswer) -> Iterator[str]:
    """Yield what one policy says differently, a sentence for each rule."""
    for rule in RULES:
        lost = sorted(set(getattr(before, rule)) - set(getattr(after, rule)))
        gained = sorted(set(getattr(after, rule)) - set(getattr(before, rule)))
        if lost:
            yield f"{before.name} v{before.version} no longer says {rule}: {'; '.join(lost)}"
        if gained:
            yield f"{before.name} v{before.version} now says {rule}: {'; '.join(gained)}"
    if set(before.demands) != set(after.demands):
        asked, asks = _asked(before), _asked(after)
        yield f"{before.name} v{before.version} asked for {asked} and now asks for {asks}"
    codes = [answer.failure.code if answer.failure else "no failure" for answer in (before, after)]
    if codes[0] != codes[1]:
        yield f"{before.name} v{before.version} gave {codes[0]} and now gives {codes[1]}"


def _differences(recorded: Decision, replayed: Decision) -> Iterator[str]:
    if recorded.outcome is not replayed.outcome:
        yield f"the outcome was {_words(recorded.outcome)} and is now {_words(replayed.outcome)}"
    for before, after in zip(recorded.policies, replayed.policies, strict=True):
        yield from answers_differ(before, after)


def _asked(answer: PolicyAnswer) -> str:
    return (
        "; ".join(f"{demand.words} ({demand.reason})" for demand in answer.demands) or "no more than others"
    )


def _causes(recorded: Decision, replayed: Decision, redacted: Sequence[str]) -> Iterator[str]:
    if recorded.engine != replayed.engine:
        yield f"the engine was {recorded.engine} and is now {replayed.engine}"
    if redacted:
        yield f"the recorded input hides {len(redacted)} values that the policies saw: {', '.join(redacted)}"


def _words(outcome: Outcome) -> str:
    return outcome.value.replace("_", " ")
