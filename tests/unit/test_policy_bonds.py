"""What attaches a policy to a project: a hand anywhere, a label within the policy's own space."""

import pytest

from engine.core.policy.bonds import Bond, bond
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
