"""Locks on projects: who holds one, for how long, who may end it, and what others are told."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.auth.principals import Principal, PrincipalKind, Scope, assistant, person
from engine.core.errors import Conflict, Forbidden
from engine.core.limits import LOCK_SECONDS
from engine.core.locks import ProjectLock, acquire, extended, require_free, require_release
from engine.testing.builders import MOMENT, project

PROJECT = project()
ADA, EDITOR, BOT = person("ada"), assistant("ada", "editor"), assistant("bob", "bot")
MINUTES = timedelta(minutes=1)
WHOLE = timedelta(seconds=LOCK_SECONDS)
SYSTEM = Principal(subject="engine", kind=PrincipalKind.SYSTEM, client="scheduler", scopes=frozenset(Scope))


def taken(by: Principal = EDITOR, reason: str = "moving the network") -> ProjectLock:
    return acquire(None, by, project=PROJECT, reason=reason, at=MOMENT)


@pytest.mark.requirement("4.2.lock")
def test_a_lock_lasts_five_minutes_from_the_last_call_of_its_holder() -> None:
    lock = taken()
    assert lock.expires_at - lock.since == timedelta(minutes=5)
    later = MOMENT + 4 * MINUTES
    kept = extended(lock, EDITOR.key, later)
    assert kept == lock.model_copy(update={"expires_at": later + WHOLE})
    assert (lock.holds(MOMENT + WHOLE - timedelta(microseconds=1)), lock.holds(MOMENT + WHOLE)) == (
        True,
        False,
    )


@given(st.timedeltas(timedelta(0), 3 * WHOLE), st.sampled_from([ADA, EDITOR, BOT]))
def test_a_call_never_shortens_a_lock_nor_revives_one_nor_keeps_anothers(
    passed: timedelta, caller: Principal
) -> None:
    lock, at = taken(), MOMENT + passed
    kept = extended(lock, caller.key, at)
    if caller is not EDITOR or passed >= WHOLE:
        assert kept is None
    else:
        assert kept is not None
        assert (kept.expires_at >= lock.expires_at, kept.since) == (True, lock.since)


def test_there_is_nothing_to_extend_where_there_is_no_lock() -> None:
    assert extended(None, EDITOR.key, MOMENT) is None


@pytest.mark.requirement("4.2.lock-refusal")
@pytest.mark.parametrize("other", [ADA, BOT, SYSTEM, assistant("ada", "another editor")])
def test_others_are_told_who_holds_it_since_when_until_when_and_the_way_out(other: Principal) -> None:
    lock, at = taken(), MOMENT + MINUTES
    with pytest.raises(Conflict) as refused:
        require_free(lock, other.key, project=PROJECT, at=at)
    with pytest.raises(Conflict) as again:
        acquire(lock, other, project=PROJECT, reason="", at=at)
    assert str(again.value) == str(refused.value)
    assert refused.value.message == (
        "project demo is locked by ada (assistant, editor) since 2026-01-02T03:04:05+00:00, "
        "until 2026-01-02T03:09:05+00:00"
    )
    assert (refused.value.field, "unlock demo --force" in (refused.value.hint or "")) == ("project", True)
    assert refused.value.facts == {
        "project": "demo",
        "lock": {
            "holder": "assistant:editor:ada",
            "subject": "ada",
            "kind": "assistant",
            "client": "editor",
            "reason": "moving the network",
            "since": "2026-01-02T03:04:05.678901Z",
            "expires_at": "2026-01-02T03:09:05.678901Z",
        },
    }


def test_the_holder_writes_and_so_does_everybody_once_it_has_lapsed_or_where_there_is_none() -> None:
    require_free(taken(), EDITOR.key, project=PROJECT, at=MOMENT)
    require_free(taken(), BOT.key, project=PROJECT, at=MOMENT + WHOLE)
    require_free(None, BOT.key, project=PROJECT, at=MOMENT)


def test_who_holds_it_already_keeps_it_for_longer_and_may_say_why_anew() -> None:
    lock, at = taken(), MOMENT + MINUTES
    again = acquire(lock, EDITOR, project=PROJECT, reason="", at=at)
    assert again == lock.model_copy(update={"expires_at": at + WHOLE})
    assert acquire(lock, EDITOR, project=PROJECT, reason="new", at=at).reason == "new"


def test_a_lock_that_has_lapsed_is_anybodys_and_begins_anew() -> None:
    late = MOMENT + WHOLE
    assert acquire(taken(), BOT, project=PROJECT, reason="", at=late).holder == BOT.key
    own = acquire(taken(), EDITOR, project=PROJECT, reason="", at=late)
    assert (own.since, own.reason) == (late, "")


@pytest.mark.requirement("4.2.unlock")
def test_a_lock_is_ended_by_its_holder_or_by_force_of_a_person_with_the_right() -> None:
    require_release(taken(), EDITOR, project=PROJECT, force=False)
    require_release(taken(), ADA, project=PROJECT, force=True)
    with pytest.raises(Conflict, match="is locked by ada") as refused:
        require_release(taken(), ADA, project=PROJECT, force=False)
    assert "--force" in (refused.value.hint or "")
    reader = ADA.model_copy(update={"scopes": ADA.scopes - {Scope.PROJECTS_WRITE}})
    for other in (BOT, SYSTEM, reader):
        with pytest.raises(Forbidden, match="only a person"):
            require_release(taken(), other, project=PROJECT, force=True)
