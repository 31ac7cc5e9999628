"""What policies say and how it unites, against an oracle written from the table of the contracts."""

from collections.abc import Sequence
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.policy.decision import (
    Decision,
    FailureCode,
    Outcome,
    PolicyAnswer,
    PolicyFailure,
    answer_of,
    decide,
    failed,
)
from engine.core.policy.policies import (
    Finding,
    PolicySource,
    RegoVersion,
    parse_policy_name,
    policy_set_digest,
)
from engine.core.policy.reasons import reasons_of

CODES: tuple[FailureCode, ...] = get_args(FailureCode)


def source(name: str = "p", version: int = 1, text: str = "package intent") -> PolicySource:
    return PolicySource(id=name, name=name, version=version, rego_version=RegoVersion.V1, source=text)


def decided(answers: Sequence[PolicyAnswer]) -> Decision:
    return decide(answers, input_digest="i", policy_digest="p", engine="e")


_reasons = st.lists(st.sampled_from(["a", "b", "c"]), max_size=2).map(tuple)
_sound = st.builds(
    lambda deny, allow, review, warn, sample: answer_of(
        source(),
        {
            "deny": list(deny),
            "allow": list(allow),
            "review": list(review),
            "warn": list(warn),
            "sample": sample,
        },
    ),
    _reasons,
    _reasons,
    _reasons,
    _reasons,
    st.booleans(),
)
_failures = st.builds(lambda code: failed(source(), code, "why"), st.sampled_from(CODES))
_answers = st.lists(st.one_of(_sound, _failures), max_size=4)


def row_of_the_table(answers: Sequence[PolicyAnswer]) -> Outcome:
    """The table, top to bottom, read without the code under test."""
    for attached, refused, review, allow, outcome in (
        (False, None, None, None, Outcome.ALLOWED),
        (True, True, None, None, Outcome.DENIED),
        (True, False, True, None, Outcome.PENDING_REVIEW),
        (True, False, False, True, Outcome.ALLOWED),
        (True, False, False, False, Outcome.PENDING_REVIEW),
    ):
        facts = (
            len(answers) > 0,
            any(len(answer.deny) > 0 or answer.failure is not None for answer in answers),
            any(len(answer.review) > 0 for answer in answers),
            any(len(answer.allow) > 0 for answer in answers),
        )
        wanted = (attached, refused, review, allow)
        if all(want is None or want == fact for want, fact in zip(wanted, facts, strict=True)):
            return outcome
    raise AssertionError("the table has a row for everything")


@pytest.mark.requirement("2.3.policy", "2.5.table")
@given(_answers)
def test_the_outcome_is_the_row_of_the_table(answers: list[PolicyAnswer]) -> None:
    assert decided(answers).outcome is row_of_the_table(answers)


@given(_answers)
def test_the_order_of_policies_changes_no_outcome(answers: list[PolicyAnswer]) -> None:
    assert decided(answers[::-1]).outcome is decided(answers).outcome


@given(_answers)
def test_every_reason_is_in_the_decision_once(answers: list[PolicyAnswer]) -> None:
    decision = decided(answers)
    for rule in ("allow", "review", "warn"):
        said = [reason for answer in answers for reason in getattr(answer, rule)]
        united = getattr(decision, rule)
        assert set(united) == set(said)
        assert len(united) == len(set(united))
    failures = {f"p: {answer.failure.code}: why" for answer in answers if answer.failure}
    assert set(decision.deny) == {reason for answer in answers for reason in answer.deny} | failures
    assert len(decision.deny) == len(set(decision.deny))
    assert decision.sample == any(answer.sample for answer in answers)
    assert decision.policies == tuple(answers)


@pytest.mark.requirement("2.5.table")
@pytest.mark.parametrize("code", CODES)
def test_a_failure_denies_whatever_others_allow(code: FailureCode) -> None:
    allowing = answer_of(source("good"), {"allow": ["yes"]})
    decision = decided([allowing, failed(source("bad"), code, "why")])
    assert (decision.outcome, decision.deny) == (Outcome.DENIED, (f"bad: {code}: why",))


@pytest.mark.requirement("3.1.failures")
def test_a_failure_with_a_place_says_where() -> None:
    answer = failed(source("bad"), "policy_error", "why", place=(3, 10))
    assert decided([answer]).deny == ("bad:3:10: policy_error: why",)


def test_members_of_every_kind_become_reasons() -> None:
    members: list[JsonValue] = [
        "text",
        "",
        {"msg": "m"},
        {"message": "n"},
        {"msg": ""},
        {"msg": 7},
        7,
        True,
        None,
        [1, {"a": "é"}],
    ]
    assert reasons_of("deny", members) == (
        "text",
        "(no reason given)",
        "m",
        "n",
        "(no reason given)",
        '{"msg":7}',
        "7",
        "true",
        "null",
        '[1,{"a":"é"}]',
    )


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(_json))
def test_no_member_is_ever_dropped(members: list[JsonValue]) -> None:
    reasons = reasons_of("deny", members)
    assert len(reasons) == len(members)
    assert all(reasons)


@pytest.mark.parametrize("rule", ["deny", "allow", "review", "warn"])
@pytest.mark.parametrize(
    ("value", "kind"),
    [(True, "a boolean"), ("x", "a string"), (None, "null"), (1.5, "a number"), ({}, "an object")],
)
def test_a_rule_of_the_wrong_shape_fails_the_policy(rule: str, value: JsonValue, kind: str) -> None:
    answer = answer_of(source(), {"allow": ["yes"], rule: value}, 5)
    message = f"{rule} must be a set of reasons, not {kind}"
    failure = PolicyFailure(code="policy_malformed", message=message)
    assert answer == PolicyAnswer(
        policy_id="p", name="p", version=1, digest=source().digest, failure=failure, duration_ns=5
    )


def test_a_sample_that_is_no_boolean_fails_the_policy() -> None:
    answer = answer_of(source(), {"allow": ["yes"], "sample": [1]})
    assert answer.failure == PolicyFailure(
        code="policy_malformed", message="sample must be a boolean, not an array"
    )


def test_a_number_that_json_cannot_say_fails_the_policy() -> None:
    answer = answer_of(source(), {"deny": [float("inf")]})
    assert answer.failure is not None
    assert answer.failure.code == "policy_malformed"


def test_a_reason_that_nests_without_end_fails_the_policy() -> None:
    deep: JsonValue = []
    for _ in range(100_000):
        deep = [deep]
    answer = answer_of(source(), {"deny": [deep]})
    assert answer.failure == PolicyFailure(code="policy_malformed", message="a reason nests too deeply")


def test_the_digest_of_a_set_of_policies_ignores_order_and_sees_every_change() -> None:
    first, second = source("a"), source("b")
    digests = {
        policy_set_digest(policies)
        for policies in (
            [],
            [first],
            [first, second],
            [first, source("b", version=2)],
            [first, source("b", text="package spacelift")],
            [first, source("c")],
        )
    }
    assert len(digests) == 6
    assert policy_set_digest([first, second]) == policy_set_digest([second, first])


@given(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,62}", fullmatch=True))
def test_policy_names_of_the_allowed_form_pass(name: str) -> None:
    assert parse_policy_name(name) == name


@pytest.mark.parametrize("name", ["", "-a", "_a", "A", "a b", "a/b", "a\n", "ä", "a" * 64])
def test_other_policy_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_policy_name(name)
    assert refused.value.field == "name"


def test_a_finding_reads_like_a_compiler_s() -> None:
    finding = Finding(policy="p", line=3, column=7, code="syntax", message="no", hint="mend it")
    assert str(finding) == "p:3:7: syntax: no; mend it"
