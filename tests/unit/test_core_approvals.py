"""Approvals: who may give one, for how long, and for exactly what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.approvals import Approval, Separation, approve, covers, plan_digest
from engine.core.auth.principals import PERSON_SCOPES, Principal, PrincipalKind, assistant, person
from engine.core.errors import Forbidden
from engine.core.plans.plan import Action, Plan
from engine.core.values import Difference

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(hours=24)
PLAN = Plan(
    address="aws_s3_bucket.logs", actions=(Action.UPDATE,), before={"acl": "private"}, after={"acl": "public"}
)


def bound(plan: Plan = PLAN, **others: Any) -> str:
    return plan_digest(
        **{"kind": "update", "plan": plan, "base_serial": 3, "policy_digest": "sha256:p", **others}
    )


def given_by(
    approver: Principal, requester: Principal, separation: Separation = Separation.PRINCIPAL
) -> Approval:
    return approve(
        approver=approver,
        requester=requester,
        separation=separation,
        digest_of_plan="d",
        note="fine",
        at=NOON,
    )


@pytest.mark.parametrize(
    "other",
    [
        bound(kind="create"),
        bound(base_serial=4),
        bound(policy_digest="sha256:q"),
        bound(PLAN.model_copy(update={"address": "aws_s3_bucket.web"})),
        bound(PLAN.model_copy(update={"after": {"acl": "public-read"}})),
        bound(PLAN.model_copy(update={"before": {"acl": "none"}})),
        bound(PLAN.model_copy(update={"actions": (Action.DELETE, Action.CREATE)})),
        bound(PLAN.model_copy(update={"unknown": {"acl": True}})),
        bound(PLAN.model_copy(update={"replace_paths": ("acl",)})),
    ],
)
def test_another_plan_kind_base_or_policy_is_another_thing_to_approve(other: str) -> None:
    assert other != bound()


def test_what_was_noticed_on_the_way_is_not_part_of_what_is_approved() -> None:
    drift = (Difference(path="tags", before=None, after={}),)
    assert bound(PLAN.model_copy(update={"drift": drift, "missing": True})) == bound()


def test_an_approval_says_who_what_why_and_until_when() -> None:
    assert given_by(person("bob"), person("alice")) == Approval(
        approver="bob",
        approver_key="user:cli:bob",
        plan_digest="d",
        note="fine",
        given_at=NOON,
        expires_at=NOON + DAY,
    )


TOKEN = Principal(subject="alice", kind=PrincipalKind.TOKEN, client="ci", scopes=PERSON_SCOPES)


@pytest.mark.parametrize("approver", [person("alice"), person("alice", "console")])
@pytest.mark.parametrize(
    ("requester", "separation", "allowed"),
    [
        (person("alice"), Separation.PRINCIPAL, False),
        (person("alice", "other-client"), Separation.PRINCIPAL, False),
        (assistant("alice", "editor"), Separation.PRINCIPAL, True),
        (TOKEN, Separation.PRINCIPAL, True),
        (person("bob"), Separation.PRINCIPAL, True),
        (person("alice"), Separation.PERSON, False),
        (assistant("alice", "editor"), Separation.PERSON, False),
        (TOKEN, Separation.PERSON, False),
        (assistant("bob", "editor"), Separation.PERSON, True),
    ],
)
def test_nobody_approves_what_they_asked_for_themselves(
    approver: Principal,
    requester: Principal,
    separation: Separation,
    allowed: bool,  # noqa: FBT001 - a table's column
) -> None:
    if allowed:
        assert given_by(approver, requester, separation).approver == "alice"
        return
    with pytest.raises(Forbidden, match="alice asked for this change and cannot approve it") as caught:
        given_by(approver, requester, separation)
    assert caught.value.hint


@pytest.mark.parametrize("kind", set(PrincipalKind) - {PrincipalKind.USER})
def test_only_a_person_approves_whatever_the_scopes(kind: PrincipalKind) -> None:
    approver = Principal(subject="bob", kind=kind, client="c", scopes=PERSON_SCOPES)
    article = "an" if kind is PrincipalKind.ASSISTANT else "a"
    with pytest.raises(Forbidden, match=f"given by a person, not by {article} {kind.value}"):
        given_by(approver, person("alice"))


def test_a_person_without_the_scope_approves_nothing() -> None:
    bob = Principal(subject="bob", kind=PrincipalKind.USER, client="cli")
    with pytest.raises(Forbidden, match="lacks the scope approvals:write"):
        given_by(bob, person("alice"))


@given(st.integers(-(10**6), 10**6), st.sampled_from(["d", "other"]))
def test_an_approval_covers_its_plan_until_it_expires(seconds: int, digest: str) -> None:
    approval = given_by(person("bob"), person("alice"))
    at = NOON + timedelta(seconds=seconds)
    assert covers([approval], digest, at) == (digest == "d" and at < NOON + DAY)
    assert not covers([], digest, at)


def test_an_expired_approval_beside_a_valid_one_does_no_harm() -> None:
    old = given_by(person("bob"), person("alice")).model_copy(update={"expires_at": NOON})
    assert covers([old, given_by(person("eve"), person("alice"))], "d", NOON)
    assert not covers([old], "d", NOON)
