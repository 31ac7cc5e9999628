"""What attaches a policy to a project: a hand anywhere, a label within the policy's own space."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import InvalidInput
from engine.core.policy.bonds import Bond, bond, parse_policy_labels
from engine.core.projects import parse_labels, parse_space
from engine.testing import builders as new

WEB = new.project(labels=("env:prod", "web"))


@pytest.mark.parametrize(
    ("label", "called"),
    [
        ("autoattach:*", True),
        ("autoattach:web", True),
        ("autoattach:env:prod", True),
        ("autoattach:env", False),
        ("autoattach:we", False),
        ("autoattach:", False),
        ("autoattach:env:*", False),
        ("web", False),
        ("*", False),
    ],
)
def test_a_label_calls_for_the_projects_that_carry_it(label: str, *, called: bool) -> None:
    policy = new.policy_object(labels=("note", label))
    assert bond(policy, WEB, by_hand=False) == (
        Bond(policy=policy, by_hand=False, labels=(label,)) if called else None
    )
    assert bond(policy, new.project(), by_hand=False) == (
        Bond(policy=policy, by_hand=False, labels=(label,)) if label == "autoattach:*" else None
    )


def test_labels_reach_no_other_space_and_a_hand_does() -> None:
    policy = new.policy_object(labels=("autoattach:*",), space="data")
    assert bond(policy, WEB, by_hand=False) is None
    assert bond(policy, WEB, by_hand=True) == Bond(policy=policy, by_hand=True)
    there = new.project(space="data")
    assert bond(policy, there, by_hand=True) == Bond(policy=policy, by_hand=True, labels=("autoattach:*",))


def test_a_deleted_policy_binds_nothing_and_a_disabled_one_stays_attached() -> None:
    policy = new.policy_object(labels=("autoattach:*",), deleted_at=new.MOMENT)
    assert bond(policy, WEB, by_hand=True) is None
    disabled = new.policy_object(enabled=False)
    assert bond(disabled, WEB, by_hand=True) == Bond(policy=disabled, by_hand=True)


_LABEL = r"[a-z0-9][a-z0-9._-]{0,62}(:[A-Za-z0-9._-]{1,63})?"


@given(st.lists(st.from_regex(_LABEL, fullmatch=True).filter(lambda label: "autoattach:" not in label)))
def test_labels_of_the_allowed_form_are_kept_sorted_and_once(labels: list[str]) -> None:
    given_ = (*labels, *(f"autoattach:{label}" for label in labels), "autoattach:*")[:50]
    assert parse_policy_labels(given_) == tuple(sorted(set(given_)))


@given(st.lists(st.from_regex(_LABEL, fullmatch=True), max_size=3))
def test_what_a_project_may_be_labelled_a_policy_can_call_for(labels: list[str]) -> None:
    project = new.project(labels=parse_labels(tuple(labels)))
    calling = parse_policy_labels(tuple(f"autoattach:{label}" for label in project.labels))
    found = bond(new.policy_object(labels=calling), project, by_hand=False)
    assert (found.labels if found is not None else ()) == calling


@pytest.mark.parametrize(
    "label", ["", "*", "A", "a b", "a:", ":a", "a\n", "autoattach:", "autoattach:A", "autoattach:**", "ä"]
)
def test_any_other_label_is_refused(label: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_policy_labels(("a", label))
    assert refused.value.field == "labels"


@pytest.mark.parametrize("space", ["", "-a", "A", "a b", "a/b", "a" * 64, "a\n"])
def test_a_space_has_a_plain_name(space: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_space(space)
    assert refused.value.field == "space"
    assert parse_space("a_b-0") == "a_b-0"
