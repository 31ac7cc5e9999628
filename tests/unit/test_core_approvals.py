"""Approvals: who may give one, for how long, and for exactly what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.approvals import (
    Approval,
    Separation,
    approve,
    consents,
    covers,
    out_of_reach,
    plan_digest,
    used,
    voided,
)
from engine.core.auth.principals import PERSON_SCOPES, Principal, PrincipalKind, assistant, person, system
from engine.core.demands import Demand
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
        **{
            "kind": "update",
            "plan": plan,
            "base_serial": 3,
            "policy_digest": "sha256:p",
            "circumstances": {"labels": []},
            **others,
        }
    )


def given_by(
    approver: Principal, requester: Principal, separation: Separation = Separation.PRINCIPAL
) -> Approval:
    return approve(
        approver=approver,
        requester=requester,
        separation=separation,
        demands=(),
        earlier=(),
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
        bound(circumstances={"labels": ["prod"]}),
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
        (system("alice"), Separation.PRINCIPAL, False),
        (system(), Separation.PERSON, True),
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


@pytest.mark.requirement("4.5.system")
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
    assert covers((), [approval], digest, at) == (digest == "d" and at < NOON + DAY)
    assert not covers((), [], digest, at)


def test_an_expired_approval_beside_a_valid_one_does_no_harm() -> None:
    old = given_by(person("bob"), person("alice")).model_copy(update={"expires_at": NOON})
    assert covers((), [old, given_by(person("eve"), person("alice"))], "d", NOON)
    assert not covers((), [old], "d", NOON)


def test_void_and_used_approvals_cover_nothing_and_keep_why() -> None:
    valid, lapsed = given_by(person("bob"), person("alice")), given_by(person("eve"), person("alice"))
    lapsed = lapsed.model_copy(update={"expires_at": NOON})
    void = voided([valid, lapsed], "another plan", NOON)
    assert [(a.void, a.void_because) for a in void] == [(True, "another plan"), (True, "it ran out")]
    assert voided(void, "other policies", NOON) == void
    spent = used([valid, lapsed], "d", NOON)
    assert [a.used_at for a in spent] == [NOON, None]
    assert voided(spent, "another plan", NOON)[0] == spent[0]
    assert not covers((), void, "d", NOON)
    assert not covers((), spent, "d", NOON)


NAMES = ("ada", "bob", "eve")


@given(
    st.lists(
        st.builds(
            Demand,
            approvals=st.integers(1, 3),
            approvers=st.lists(st.sampled_from(NAMES), unique=True).map(tuple),
        )
    ).map(tuple),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["d", "other"]), st.integers(0, 3))),
)
def test_a_plan_is_covered_where_each_demand_has_enough_persons(
    demands: tuple[Demand, ...], said: list[tuple[str, str, int]]
) -> None:
    approvals = [
        given_by(person(who, f"client-{n}"), person("zoe")).model_copy(
            update={"plan_digest": digest, "expires_at": NOON + timedelta(hours=hours)}
        )
        for n, (who, digest, hours) in enumerate(said)
    ]
    persons = {who for who, digest, hours in said if digest == "d" and hours > 0}
    wanted = [(len(persons & set(d.approvers or NAMES)), d.approvals) for d in demands or (Demand(),)]
    assert covers(demands, approvals, "d", NOON) == all(have >= need for have, need in wanted)
    standing = consents(demands, approvals, "d", NOON)
    assert [c.missing for c in standing] == [max(0, need - have) for have, need in wanted]
    for consent in standing:
        # They are enough up to that moment and not at it.
        if consent.until is not None:
            just_before = consent.until - timedelta(microseconds=1)
            assert covers((consent.demand,), approvals, "d", just_before)
            assert not covers((consent.demand,), approvals, "d", consent.until)
        assert not set(consent.outstanding) & set(consent.given)


def test_who_asked_is_not_named_among_those_to_be_asked() -> None:
    with pytest.raises(Forbidden, match=r"missing: bob or eve$"):
        approve(
            approver=person("mallory"),
            requester=person("ada"),
            separation=Separation.PRINCIPAL,
            demands=(Demand(approvals=2, approvers=("ada", "bob", "eve")),),
            earlier=(),
            digest_of_plan="d",
            note="",
            at=NOON,
        )


@pytest.mark.parametrize(
    ("demand", "not_them", "never"),
    [
        (Demand(approvals=9), {"ada"}, False),
        (Demand(approvers=("ada",)), {"ada"}, True),
        (Demand(approvers=("ada",)), set(), False),
        (Demand(approvals=2, approvers=("ada", "bob")), {"ada"}, True),
        (Demand(approvals=2, approvers=("ada", "bob", "eve")), {"ada"}, False),
    ],
)
def test_a_demand_that_only_the_requester_could_meet_is_out_of_reach(
    demand: Demand,
    not_them: set[str],
    never: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert out_of_reach(demand, frozenset(not_them)) is never


def test_a_demand_is_put_in_words() -> None:
    demands = [Demand(), Demand(approvals=2, approvers=NAMES), Demand(approvers=("ada",))]
    assert [d.words for d in demands] == ["1 approval", "2 approvals by ada, bob or eve", "1 approval by ada"]
    assert demands[1].reworded(str.upper).approvers == ("ADA", "BOB", "EVE")
