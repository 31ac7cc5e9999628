"""A changed policy in the place of the one that decided: what would have come out. Asks nobody."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from engine.core.policy.decision import Decision, Outcome, PolicyAnswer, decide
from engine.core.policy.rules import RULES
from engine.core.policy.selection import SkippedPolicy
from engine.core.policy.waivers import WaiverTerms

Standing: TypeAlias = Literal["asked", "skipped", "unbound"]


class Change(BaseModel):
    """A recorded decision whose outcome, or whose demands on a review, would be others.

    Attributes:
        gained, lost: the reasons of the decision, each as `rule: reason`, that would be new or gone.
        redacted: the recorded input hides values that policies saw: the change may come from that.
    """

    model_config = ConfigDict(frozen=True)

    decision_id: str
    operation_id: str
    project: str
    at: str
    operation: str
    resource_type: str
    resource_id: str
    before: Outcome
    after: Outcome
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    redacted: bool


class Backtest(BaseModel):
    """What a changed policy would have changed.

    Attributes:
        policy: its name.
        digest: of the changed policy, its content.
        decisions: recorded decisions that were looked at.
        judged: those of them that the policy had a part in, or would have had.
        failures: those in which it gave no usable answer.
        changed: how many would be others, by `before → after`; the same twice where only the demands are.
        changes: these, oldest first, at most 1,000.
    """

    model_config = ConfigDict(frozen=True)

    policy: str
    digest: str
    projects: tuple[str, ...]
    decisions: int
    judged: int
    failures: int
    changed: Mapping[str, int]
    changes: tuple[Change, ...]


def standing(decision: Decision, name: str) -> Standing:
    """Return what part a policy of that name had in a decision."""
    if any(answer.name == name for answer in decision.policies):
        return "asked"
    return "skipped" if any(skipped.name == name for skipped in decision.not_applicable) else "unbound"


def redecide(
    recorded: Decision, name: str, answer: PolicyAnswer | None, waivers: Sequence[WaiverTerms] = ()
) -> Decision:
    """Return the decision with `answer` in the place of what the policy of that name said.

    The other policies' answers are those of the record. None means that the policy would not have been asked.
    """
    answers = [said for said in recorded.policies if said.name != name]
    skipped = [each for each in recorded.not_applicable if each.name != name]
    if answer is None:
        skipped.append(SkippedPolicy(policy_id="", name=name, version=0))
    else:
        at = next((i for i, said in enumerate(recorded.policies) if said.name == name), len(answers))
        answers.insert(at, answer)
    return decide(
        answers,
        skipped=skipped,
        waivers=[*recorded.waivers, *waivers],
        input_digest=recorded.input_digest,
        policy_digest=recorded.policy_digest,
        engine=recorded.engine,
    )


def reasons_beyond(one: Decision, other: Decision) -> tuple[str, ...]:
    """Return the reasons and demands of one decision that another lacks, each as `rule: reason`."""
    reasons = [
        f"{rule}: {reason}"
        for rule in RULES
        for reason in getattr(one, rule)
        if reason not in getattr(other, rule)
    ]
    demands = [f"asks for {d.words}: {d.reason}" for d in one.demands if d not in other.demands]
    return (*reasons, *demands)
