"""Principals and their scopes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.auth.principals import (
    ASSISTANT_SCOPES,
    PERSON_SCOPES,
    Principal,
    PrincipalKind,
    Scope,
    assistant,
    person,
    system,
)
from engine.core.errors import Forbidden

PRINCIPALS = st.builds(
    Principal,
    subject=st.text("ab:%3A", max_size=4),
    kind=st.sampled_from(PrincipalKind),
    client=st.text("ab:%3A", max_size=4),
)


@given(PRINCIPALS, PRINCIPALS)
def test_two_principals_are_the_same_exactly_where_their_keys_are_equal(
    one: Principal, other: Principal
) -> None:
    assert (one.key == other.key) == (one == other)


def test_a_key_reads_as_who_and_through_what() -> None:
    assert person("alice").key == "user:cli:alice"
    assert assistant("alice", "Editor: beta").key == "assistant:Editor%3A beta:alice"


def test_an_assistant_neither_approves_nor_writes_policies_nor_sees_secrets() -> None:
    withheld = {Scope.APPROVALS_WRITE, Scope.POLICIES_WRITE, Scope.SECRETS_REVEAL}
    assert withheld == PERSON_SCOPES - ASSISTANT_SCOPES
    assert person("a").scopes == set(Scope)
    assert assistant("a", "c").scopes == ASSISTANT_SCOPES


@pytest.mark.requirement("4.5.system")
def test_the_engine_itself_writes_projects_and_resources_and_nothing_that_a_person_must() -> None:
    assert system().key == "system:scheduler:intent"
    assert system().scopes == {
        Scope.PROJECTS_READ,
        Scope.PROJECTS_WRITE,
        Scope.RESOURCES_READ,
        Scope.RESOURCES_WRITE,
    }


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize(
    "principal",
    [person("alice"), assistant("alice", "c"), Principal(subject="x", kind=PrincipalKind.TOKEN, client="ci")],
)
def test_a_scope_is_held_or_its_lack_is_named(principal: Principal, scope: Scope) -> None:
    if scope in principal.scopes:
        principal.require(scope)
        return
    with pytest.raises(Forbidden) as caught:
        principal.require(scope)
    assert caught.value.facts == {"scope": scope.value}
    assert (
        caught.value.message == f"{principal.subject} ({principal.kind.value}) lacks the scope {scope.value}"
    )


@pytest.mark.requirement("4.security.35")
def test_everybody_sees_their_own_requests_and_who_may_approve_those_of_all() -> None:
    ada, editor, bot = person("ada"), assistant("ada", "editor"), assistant("ada", "bot")
    assert [ada.sees(each.key) for each in (ada, editor, bot)] == [True, True, True]
    assert [editor.sees(each.key) for each in (ada, editor, bot)] == [False, True, False]
    assert (ada.horizon, editor.horizon) == (None, "assistant:editor:ada")
    engine = Principal(subject="engine", kind=PrincipalKind.SYSTEM, client="scheduler")
    assert (engine.horizon, engine.sees(bot.key)) == (None, True)
