"""What the tools publish of a decision. The answers that it is part of are `results`'s."""

from pydantic import BaseModel, ConfigDict

from engine.core.demands import Demand
from engine.core.policy.decision import Decision, Outcome


class Published(BaseModel):
    """What every published model is."""

    model_config = ConfigDict(frozen=True)


class ShownPolicy(Published):
    """Which policy took part in a decision."""

    policy_id: str
    name: str
    version: int
    digest: str


class ShownWaiver(Published):
    """A waiver that turned reasons to deny into warnings, and these reasons."""

    id: str
    policy: str
    owner: str
    reason: str
    expires_at: str
    reasons: tuple[str, ...]


class ShownDecision(Published):
    """What the policies said.

    Attributes:
        demands: what reviews ask for beyond one person's consent.
        decided_by: those whose word made the outcome, as `name v3`; none where nobody's did.
        policies: all that were asked.
        not_applicable: how many bind and were not asked.
    """

    outcome: Outcome
    deny: tuple[str, ...]
    allow: tuple[str, ...]
    review: tuple[str, ...]
    warn: tuple[str, ...]
    demands: tuple[Demand, ...]
    decided_by: tuple[str, ...]
    policies: tuple[ShownPolicy, ...]
    not_applicable: int
    waivers: tuple[ShownWaiver, ...]


def shown_decision(decision: Decision) -> ShownDecision:
    """Return what the tool publishes of a decision."""
    return ShownDecision(
        outcome=decision.outcome,
        deny=decision.deny,
        allow=decision.allow,
        review=decision.review,
        warn=decision.warn,
        demands=decision.demands,
        decided_by=decision.deciders,
        policies=tuple(
            ShownPolicy(policy_id=p.policy_id, name=p.name, version=p.version, digest=p.digest)
            for p in decision.policies
        ),
        not_applicable=len(decision.not_applicable),
        waivers=tuple(
            ShownWaiver(
                id=w.id,
                policy=w.policy,
                owner=w.owner,
                reason=w.reason,
                expires_at=w.expires_at.isoformat(timespec="seconds"),
                reasons=w.reasons,
            )
            for w in decision.waivers
        ),
    )
