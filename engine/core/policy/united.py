"""The decision about a whole change set, made of those about its changes. Asks no policy."""

from collections.abc import Mapping, Sequence
from typing import Final

from engine.core.demands import Demand
from engine.core.digest import digest
from engine.core.policy.decision import Decision, Outcome, PolicyAnswer
from engine.core.policy.rules import RULES

_NAMED_MAX: Final = 5
_WORST_FIRST: Final = (Outcome.DENIED, Outcome.PENDING_REVIEW, Outcome.ALLOWED)


def united(decisions: Mapping[str, Decision]) -> Decision:
    """Return the decision about a set: its worst outcome, each reason once with whom it is about.

    Every demand of a review stands, so the consent to the set is the consent to each of its changes.
    """
    outcomes = {decision.outcome for decision in decisions.values()}
    outcome = next((each for each in _WORST_FIRST if each in outcomes), Outcome.ALLOWED)
    said = {rule: _reasons({n: getattr(d, rule) for n, d in decisions.items()}) for rule in RULES}
    asked: dict[tuple[str, int], dict[str, PolicyAnswer]] = {}
    for name, decision in decisions.items():
        for answer in decision.policies:
            asked.setdefault((answer.policy_id, answer.version), {})[name] = answer
    skipped = {each.name: each for decision in decisions.values() for each in decision.not_applicable}
    waivers = {waiver.id: waiver for decision in decisions.values() for waiver in decision.waivers}
    names = {answer.name for answers in asked.values() for answer in answers.values()}
    return Decision(
        outcome=outcome,
        **said,
        demands=_demands(decisions),
        sample=any(decision.sample for decision in decisions.values()),
        policies=tuple(map(_united_answer, asked.values())),
        not_applicable=tuple(each for name, each in skipped.items() if name not in names),
        waivers=tuple(waivers.values()),
        input_digest=digest({name: decision.input_digest for name, decision in decisions.items()}),
        policy_digest=united_digest({name: d.policy_digest for name, d in decisions.items()}),
        engine=next((decision.engine for decision in decisions.values()), ""),
    )


def united_digest(digests: Mapping[str, str]) -> str:
    """Return one digest of the digests of all changes of a set."""
    return digest({"change_set": dict(digests)})


def asks_no_more(now: Decision, before: Decision) -> bool:
    """Tell whether a review demands nothing, and gives no reason, that the one before did not."""
    in_review = before.outcome is now.outcome is Outcome.PENDING_REVIEW
    return in_review and {*now.review, *now.demands} <= {*before.review, *before.demands}


def _united_answer(answers: Mapping[str, PolicyAnswer]) -> PolicyAnswer:
    first = next(iter(answers.values()))
    said = {rule: _reasons({n: getattr(a, rule) for n, a in answers.items()}) for rule in RULES}
    return first.model_copy(
        update={
            **said,
            "demands": tuple(dict.fromkeys(d for answer in answers.values() for d in answer.demands)),
            "sample": any(answer.sample for answer in answers.values()),
            "failure": next((a.failure for a in answers.values() if a.failure is not None), None),
            "duration_ns": sum(answer.duration_ns for answer in answers.values()),
        }
    )


def _demands(decisions: Mapping[str, Decision]) -> tuple[Demand, ...]:
    return tuple(dict.fromkeys(demand for decision in decisions.values() for demand in decision.demands))


def _reasons(said: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    about: dict[str, list[str]] = {}
    for name, reasons in said.items():
        for reason in reasons:
            about.setdefault(reason, []).append(name)
    return tuple(f"{_listed(names)}: {reason}" for reason, names in about.items())


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED_MAX
    return ", ".join(names[:_NAMED_MAX]) + (f" and {more} more" if more > 0 else "")
