"""What a review may ask for, and every wrong way to ask, which denies."""

from typing import Any

import pytest

from engine.core.demands import Demand
from engine.core.policy.decision import Outcome, answer_of, combine, decide
from engine.core.policy.policies import PolicySource, RegoVersion

POLICY = PolicySource(id="p", name="p", version=1, rego_version=RegoVersion.V1, source="package intent")


def demanded(*members: Any) -> tuple[Demand, ...]:
    answer = answer_of(POLICY, {"review": list(members)})
    assert answer.failure is None
    return answer.demands


@pytest.mark.requirement("4.3.demands")
def test_a_review_that_asks_for_nothing_more_demands_nothing() -> None:
    plain = ["look", {"msg": "look"}, {"msg": "look", "approvals": 1}, {"message": "x"}, 7, ["a"]]
    assert demanded(*plain) == ()


@pytest.mark.requirement("4.3.demands")
def test_a_review_says_how_many_and_who() -> None:
    assert demanded(
        {"msg": "two", "approvals": 2},
        {"msg": "one of them", "approvers": ["ada", "bob", "ada"]},
        {"message": "both", "approvals": 2, "approvers": ["ada", "bob"]},
        {"approvals": 2},
    ) == (
        Demand(reason="two", approvals=2),
        Demand(reason="one of them", approvers=("ada", "bob")),
        Demand(reason="both", approvals=2, approvers=("ada", "bob")),
        Demand(reason='{"approvals":2}', approvals=2),
    )


@pytest.mark.requirement("4.3.demands")
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"approvals": "2"}, "approvals of a review must be an integer, not a string"),
        ({"approvals": True}, "approvals of a review must be an integer, not a boolean"),
        ({"approvals": 1.5}, "approvals of a review must be an integer, not a fraction"),
        ({"approvals": None}, "approvals of a review must be an integer, not null"),
        ({"approvals": 0}, "approvals of a review must be 1 to 10, not 0"),
        ({"approvals": 11}, "approvals of a review must be 1 to 10, not 11"),
        ({"approvers": "ada"}, "approvers of a review must be a list of names, not a string"),
        ({"approvers": None}, "approvers of a review must be a list of names, not null"),
        ({"approvers": []}, "approvers of a review must be 1 to 50 names, not 0"),
        ({"approvers": [str(n) for n in range(51)]}, "approvers of a review must be 1 to 50 names, not 51"),
        (
            {"approvers": [1]},
            "each of the approvers of a review must be a name of 1 to 200 characters on one line",
        ),
        (
            {"approvers": ["a\nb"]},
            "each of the approvers of a review must be a name of 1 to 200 characters on one line",
        ),
        (
            {"approvers": [" "]},
            "each of the approvers of a review must be a name of 1 to 200 characters on one line",
        ),
        (
            {"approvers": ["x" * 201]},
            "each of the approvers of a review must be a name of 1 to 200 characters on one line",
        ),
        (
            {"approvals": 3, "approvers": ["a", "b", "a"]},
            "a review asks for 3 approvals and names 2 approvers",
        ),
    ],
)
def test_what_nobody_can_give_is_malformed_and_denies(asked: dict[str, Any], said: str) -> None:
    answer = answer_of(POLICY, {"review": [{"msg": "look", **asked}], "allow": ["fine"]})
    assert answer.failure is not None
    assert (answer.failure.code, answer.failure.message) == ("policy_malformed", said)
    assert (answer.review, answer.demands) == ((), ())
    assert combine([answer])[0] is Outcome.DENIED


@pytest.mark.requirement("4.3.demands")
def test_the_decision_has_each_demand_once_and_hides_secrets_in_it() -> None:
    one = answer_of(
        POLICY, {"review": [{"msg": "tops3cret", "approvals": 2, "approvers": ["ada", "tops3cret"]}]}
    )
    decision = decide([one, one], input_digest="i", policy_digest="p", engine="e")
    assert decision.demands == one.demands
    hidden = decision.reworded(lambda text: text.replace("tops3cret", "(hidden)"))
    demand = Demand(reason="(hidden)", approvals=2, approvers=("ada", "(hidden)"))
    assert (hidden.demands, hidden.policies[0].demands) == ((demand,), (demand,))


@pytest.mark.requirement("4.3.demands")
def test_only_reviews_demand() -> None:
    answer = answer_of(POLICY, {"allow": [{"msg": "a", "approvals": "?"}], "warn": [{"approvals": 3}]})
    assert (answer.failure, answer.demands) == (None, ())
