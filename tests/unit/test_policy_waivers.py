"""Waivers: when they hold, what they turn into warnings, and what they never touch."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import InvalidInput
from engine.core.policy.decision import Decision, Outcome, PolicyAnswer, answer_of, decide, failed
from engine.core.policy.policies import PolicySource, RegoVersion, policy_set_digest
from engine.core.policy.waivers import UsedWaiver, Waiver, WaiverTerms, in_force, parse_expiry
from engine.testing import builders as new

NAMES = ("a", "b", "c")
END = new.MOMENT + timedelta(days=1)


def source(name: str) -> PolicySource:
    return PolicySource(id=name, name=name, version=1, rego_version=RegoVersion.V1, source="package intent")


def waiver_of(policy: str, **changes: object) -> Waiver:
    return new.waiver(policy_id=policy, policy=policy, **changes)


def decided(answers: Sequence[PolicyAnswer], *waivers: WaiverTerms) -> Decision:
    return decide(answers, waivers=waivers, input_digest="i", policy_digest="p", engine="e")


@pytest.mark.requirement("3.2.waivers")
def test_the_policies_whose_word_made_the_outcome_are_its_deciders() -> None:
    of_a = answer_of(source("a"), {"deny": ["no"]})
    of_b = answer_of(source("b"), {"deny": ["no"], "allow": ["fine"]})
    broken = failed(source("c"), "policy_error", "divide by zero")
    reviews = answer_of(source("c"), {"review": ["look"]})
    assert decided([of_a, of_b, broken]).deciders == ("a v1", "b v1", "c v1")
    assert decided([of_a, of_b, broken], waiver_of("a"), waiver_of("c")).deciders == ("b v1", "c v1")
    assert decided([of_a, of_b], waiver_of("a"), waiver_of("b")).deciders == ("b v1",)
    assert decided([of_b, reviews], waiver_of("b")).deciders == ("c v1",)
    assert decided([of_a], waiver_of("a")).deciders == ()


@pytest.mark.requirement("3.2.waivers")
def test_a_waiver_turns_the_denials_of_its_policy_into_warnings_that_say_so() -> None:
    answers = [
        answer_of(source("a"), {"deny": ["too big", "too dear"], "warn": ["old"]}),
        answer_of(source("b"), {"allow": ["fine"]}),
    ]
    decision = decided(answers, waiver_of("a", reason="migration", owner="ada"))
    until = "2026-01-03T03:04:05+00:00"
    assert (decision.outcome, decision.deny, decision.allow) == (Outcome.ALLOWED, (), ("fine",))
    assert decision.warn == (
        "old",
        f"too big (waived by ada until {until}: migration)",
        f"too dear (waived by ada until {until}: migration)",
    )
    assert decision.waivers == (
        UsedWaiver(
            id=new.waiver().id,
            policy_id="a",
            policy="a",
            owner="ada",
            reason="migration",
            expires_at=END,
            reasons=("too big", "too dear"),
        ),
    )
    # What the policy said stays as it was said.
    assert decision.policies == tuple(answers)


@pytest.mark.requirement("3.2.waivers")
@pytest.mark.parametrize("name", ["b", "c"])
def test_another_policy_s_denial_is_not_waived(name: str) -> None:
    answers = [answer_of(source("a"), {"deny": ["no"]}), answer_of(source("b"), {"allow": ["fine"]})]
    decision = decided(answers, waiver_of(name))
    assert decision == decided(answers)
    assert (decision.outcome, decision.waivers) == (Outcome.DENIED, ())


@pytest.mark.requirement("3.2.waivers")
def test_a_failure_is_never_waived() -> None:
    answers = [failed(source("a"), "policy_timeout", "too slow")]
    decision = decided(answers, waiver_of("a"))
    assert (decision.outcome, decision.deny) == (Outcome.DENIED, ("a: policy_timeout: too slow",))
    assert decision.waivers == ()
    both = answers[0].model_copy(update={"deny": ("no",)})
    assert decided([both], waiver_of("a")).deny == decision.deny


def test_a_waived_denial_allows_nothing_by_itself() -> None:
    decision = decided([answer_of(source("a"), {"deny": ["no"]})], waiver_of("a"))
    assert decision.outcome is Outcome.PENDING_REVIEW


def test_of_several_waivers_the_longest_is_named() -> None:
    short, long = waiver_of("a", id="2"), waiver_of("a", id="1", expires_at=END + timedelta(seconds=1))
    answers = [answer_of(source("a"), {"deny": ["no"]})]
    for given_ in ((short, long), (long, short)):
        assert [used.id for used in decided(answers, *given_).waivers] == ["1"]


_answers = st.lists(
    st.one_of(
        st.builds(
            lambda name, deny, allow, review: answer_of(
                source(name), {"deny": deny, "allow": allow, "review": review}
            ),
            st.sampled_from(NAMES),
            *[st.lists(st.sampled_from(["x", "y"]), max_size=2)] * 3,
        ),
        st.sampled_from(NAMES).map(lambda name: failed(source(name), "policy_error", "why")),
    ),
    max_size=4,
    unique_by=lambda answer: answer.policy_id,
)
_waivers = st.lists(st.sampled_from(NAMES).map(waiver_of), max_size=2)


@pytest.mark.requirement("3.2.waivers")
@given(_answers, _waivers)
def test_a_decision_with_waivers_is_that_of_policies_that_warn_in_their_place(
    answers: list[PolicyAnswer], waivers: list[Waiver]
) -> None:
    waived = {waiver.policy_id for waiver in waivers}
    decision = decided(answers, *waivers)
    instead = [a if a.policy_id not in waived else a.model_copy(update={"deny": ()}) for a in answers]
    assert decision.outcome is decided(instead).outcome
    assert decision.deny == decided(instead).deny
    assert [(w.policy_id, w.reasons) for w in decision.waivers] == [
        (a.policy_id, a.deny) for a in answers if a.deny and a.policy_id in waived
    ]
    assert len(decision.warn) >= len({reason for w in decision.waivers for reason in w.reasons})
    # Decided again with nothing but what it recorded, it is the same.
    assert decided(decision.policies, *decision.waivers) == decision


@pytest.mark.requirement("3.2.waivers")
@pytest.mark.parametrize(
    ("resource_id", "resource_type", "seconds", "holds"),
    [
        ("logs", "aws_s3_bucket", 0, (True, True)),
        ("logs", "aws_s3_bucket", 86_399, (True, True)),
        ("logs", "aws_s3_bucket", 86_400, (False, False)),
        ("logs", "aws_s3_object", 0, (True, False)),
        ("logs2", "aws_s3_bucket", 0, (False, True)),
        ("aws_s3_bucket", "logs", 0, (False, False)),
        ("", "", 0, (False, False)),
    ],
)
def test_a_waiver_holds_for_its_resource_or_its_type_until_it_expires(
    resource_id: str, resource_type: str, seconds: int, holds: tuple[bool, bool]
) -> None:
    waivers = (new.waiver(), new.waiver(resource_id="", resource_type="aws_s3_bucket"))
    at = new.MOMENT + timedelta(seconds=seconds)
    found = in_force(waivers, resource_id=resource_id, resource_type=resource_type, at=at)
    assert tuple(waiver in found for waiver in waivers) == holds


@pytest.mark.parametrize(
    ("ahead", "why"),
    [
        (timedelta(0), "not in the future"),
        (timedelta(days=-1), "not in the future"),
        (timedelta(days=90, microseconds=1), "more than 90 days ahead"),
        (timedelta(days=36_500), "more than 90 days ahead"),
    ],
)
def test_a_waiver_ends_in_the_future_and_within_ninety_days(ahead: timedelta, why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as refused:
        parse_expiry(new.MOMENT + ahead, new.MOMENT)
    assert (refused.value.field, refused.value.facts) == (
        "expires",
        {"latest": (new.MOMENT + timedelta(days=90)).isoformat()},
    )


@pytest.mark.parametrize("ahead", [timedelta(microseconds=1), timedelta(days=90)])
def test_any_other_end_is_taken_in_whatever_zone(ahead: timedelta) -> None:
    end = (new.MOMENT + ahead).astimezone(timezone(timedelta(hours=-7)))
    assert parse_expiry(end, new.MOMENT) is end


def test_an_end_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidInput, match="without its zone"):
        parse_expiry(datetime(2026, 2, 1), new.MOMENT)  # noqa: DTZ001 - that it has no zone is the point


def test_the_digest_of_what_binds_sees_every_waiver_and_not_their_order() -> None:
    policies = [source("a"), source("b")]
    one, other = waiver_of("a", id="1"), waiver_of("b", id="2")
    digests = {policy_set_digest(policies, waivers) for waivers in ((), (one,), (other,), (one, other))}
    assert len(digests) == 4
    assert policy_set_digest(policies[::-1], (other, one)) == policy_set_digest(policies, (one, other))


def test_every_word_of_a_waived_reason_is_reworded() -> None:
    decision = decided([answer_of(source("a"), {"deny": ["hunter2"]})], waiver_of("a"))
    changed = decision.reworded(lambda text: text.replace("hunter2", "***"))
    assert "hunter2" not in changed.model_dump_json()
    assert changed.waivers[0].reasons == ("***",)
