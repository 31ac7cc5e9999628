"""What binds a project: the policies attached to it by hand and those that its labels call for."""

from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.core.errors import InvalidInput
from engine.core.limits import POLICY_LABELS_MAX
from engine.core.policy.policies import Policy
from engine.core.projects import Project, parse_label

AUTOATTACH: Final = "autoattach:"
EVERY: Final = "*"


class Bond(BaseModel):
    """A policy that is attached to a project, and by what.

    Attributes:
        by_hand: somebody attached it to this very project.
        labels: its labels that attach it, empty where only a hand did.
    """

    model_config = ConfigDict(frozen=True)

    policy: Policy
    by_hand: bool
    labels: tuple[str, ...] = ()


def parse_policy_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return a policy's labels sorted, each once: such as projects have, or `autoattach:` before one or `*`.

    Raises:
        InvalidInput: one is malformed, or there are more than 50.
    """
    if len(labels) > POLICY_LABELS_MAX:
        raise InvalidInput(
            f"a policy has at most {POLICY_LABELS_MAX} labels", field="labels", hint="leave some out"
        )
    for label in labels:
        called = label.removeprefix(AUTOATTACH)
        if label == called or called != EVERY:
            parse_label(called)
    return tuple(sorted(set(labels)))


def bond(policy: Policy, project: Project, *, by_hand: bool) -> Bond | None:
    """Return what attaches a policy to a project, None for nothing; a deleted one is never attached.

    A label attaches it within its own space only, a hand anywhere. Whether it is enabled is another question.
    """
    called = {f"{AUTOATTACH}{label}" for label in (EVERY, *project.labels)}
    within = policy.space == project.space
    labels = tuple(label for label in policy.labels if within and label in called)
    if policy.deleted_at is not None or not (by_hand or labels):
        return None
    return Bond(policy=policy, by_hand=by_hand, labels=labels)
