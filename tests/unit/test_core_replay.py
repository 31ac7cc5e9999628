"""Comparing decisions with their replays, and putting a changed policy in the place of one that decided."""

from datetime import timedelta

import pytest

from engine.core.policy.backtest import reasons_beyond, redecide, standing
from engine.core.policy.decision import Decision, Outcome, PolicyAnswer, PolicyFailure, decide
from engine.core.policy.replay import Replay, compare
from engine.core.policy.selection import SkippedPolicy
from engine.core.policy.waivers import WaiverTerms
from engine.testing.builders import MOMENT

ALLOWS = PolicyAnswer(policy_id="a", name="a", version=1, digest="1", allow=("fine",))
DENIES = PolicyAnswer(policy_id="d", name="d", version=2, digest="2", deny=("no",))
SKIPPED = SkippedPolicy(policy_id="s", name="s", version=3)


def decision(
    *answers: PolicyAnswer, engine: str = "x 1", skipped: tuple[SkippedPolicy, ...] = ()
) -> Decision:
    return decide(answers, skipped=skipped, input_digest="i", policy_digest="p", engine=engine)


def replayed(
    before: Decision, after: Decision, lost: tuple[PolicyAnswer, ...] = (), redacted: tuple[str, ...] = ()
) -> Replay:
    return compare(before, after, decision_id="1", operation_id="2", lost=lost, redacted=redacted)


@pytest.mark.requirement("3.3.replay")
def test_the_same_words_are_the_same_whatever_is_hidden_and_whichever_engine_spoke() -> None:
    told = replayed(decision(ALLOWS), decision(ALLOWS, engine="x 2"), redacted=("a.b",))
    assert told == Replay(
        decision_id="1",
        operation_id="2",
        recorded=Outcome.ALLOWED,
        replayed=Outcome.ALLOWED,
        verdict="same",
        differences=(),
        redacted=("a.b",),
    )


@pytest.mark.requirement("3.3.replay")
def test_every_difference_is_named_with_what_may_have_caused_it() -> None:
    now = ALLOWS.model_copy(update={"allow": (), "deny": ("never", "no")})
    told = replayed(decision(ALLOWS), decision(now, engine="x 2"), redacted=("a.b", "c"))
    assert (told.verdict, told.differences) == (
        "differs",
        (
            "the outcome was allowed and is now denied",
            "a v1 now says deny: never; no",
            "a v1 no longer says allow: fine",
            "the engine was x 1 and is now x 2",
            "the recorded input hides 2 values that the policies saw: a.b, c",
        ),
    )


@pytest.mark.requirement("3.3.replay")
def test_a_failure_that_comes_or_goes_is_a_difference() -> None:
    failing = ALLOWS.model_copy(
        update={"allow": (), "failure": PolicyFailure(code="policy_timeout", message="slow")}
    )
    assert replayed(decision(ALLOWS), decision(failing)).differences[-1] == (
        "a v1 gave no failure and now gives policy_timeout"
    )


@pytest.mark.requirement("3.3.replay")
def test_a_policy_that_is_gone_makes_a_replay_incomplete() -> None:
    told = replayed(decision(ALLOWS, DENIES), decision(ALLOWS, DENIES), lost=(DENIES,))
    assert (told.verdict, told.differences) == (
        "incomplete",
        ("d v2 is no longer stored as it was: its recorded answer stands in",),
    )
    changed = DENIES.model_copy(update={"deny": ("other",)})
    assert replayed(decision(ALLOWS, DENIES), decision(ALLOWS, changed), lost=(ALLOWS,)).verdict == "differs"


@pytest.mark.requirement("3.3.backtest")
def test_the_part_of_a_policy_is_told_by_its_name() -> None:
    recorded = decision(ALLOWS, skipped=(SKIPPED,))
    assert [standing(recorded, name) for name in ("a", "s", "d")] == ["asked", "skipped", "unbound"]


@pytest.mark.requirement("3.3.backtest")
def test_a_changed_answer_stands_where_the_old_one_stood() -> None:
    recorded = decision(DENIES, ALLOWS)
    milder = DENIES.model_copy(update={"deny": (), "warn": ("hm",), "version": 0})
    after = redecide(recorded, "d", milder)
    assert (after.outcome, [answer.name for answer in after.policies]) == (Outcome.ALLOWED, ["d", "a"])
    assert (reasons_beyond(after, recorded), reasons_beyond(recorded, after)) == (
        ("warn: hm",),
        ("deny: no",),
    )


@pytest.mark.requirement("3.3.backtest")
def test_a_policy_that_would_not_be_asked_still_counts_as_attached() -> None:
    after = redecide(decision(ALLOWS), "a", None)
    assert (after.outcome, after.policies) == (Outcome.PENDING_REVIEW, ())
    assert [skipped.name for skipped in after.not_applicable] == ["a"]


@pytest.mark.requirement("3.3.backtest")
def test_a_policy_that_was_skipped_or_unbound_joins_the_others() -> None:
    for recorded in (decision(ALLOWS, skipped=(SKIPPED,)), decision(ALLOWS)):
        joining = DENIES.model_copy(update={"name": "s"})
        after = redecide(recorded, "s", joining)
        assert (after.outcome, [a.name for a in after.policies]) == (Outcome.DENIED, ["a", "s"])
        assert after.not_applicable == ()


@pytest.mark.requirement("3.3.backtest")
def test_a_waiver_that_held_then_holds_in_the_test() -> None:
    waiver = WaiverTerms(
        id="w", policy_id="d", policy="d", owner="ops", reason="known", expires_at=MOMENT + timedelta(days=1)
    )
    after = redecide(decision(ALLOWS), "d", DENIES, [waiver])
    assert (after.outcome, len(after.waivers)) == (Outcome.ALLOWED, 1)
