"""Approvals: a person's consent to one plan, made under one set of policies (contracts: approval).

INVARIANT: each demand of the reviews is met by as many different persons as it names, whatever clients they
use; one person may count for several demands. An approval counts for one effect, of the plan that it names,
until it runs out.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.demands import Demand, either, needed
from engine.core.digest import digest
from engine.core.errors import Conflict, Forbidden
from engine.core.limits import APPROVAL_TTL_SECONDS
from engine.core.plans.plan import Plan

# Who acts by their own will: what the engine does by itself a person has set going.
_THEMSELVES: Final = frozenset({PrincipalKind.USER, PrincipalKind.SYSTEM})


class Separation(StrEnum):
    """How far the approver must stand from the requester.

    `principal`: a person may approve what their own assistant or token asked for; `person`: nobody may.
    """

    PRINCIPAL = "principal"
    PERSON = "person"


class Approval(BaseModel):
    """One person's yes to one plan.

    Attributes:
        void: another plan, or other policies, came in its place, or it ran out; `void_because` says which.
        used_at: when the effect began that it allowed, and that used it up, whatever came of it.
    """

    model_config = ConfigDict(frozen=True)

    approver: str
    approver_key: str
    plan_digest: str
    note: str = ""
    given_at: datetime
    expires_at: datetime
    void: bool = False
    void_because: str = ""
    used_at: datetime | None = None

    def counts(self, digest_of_plan: str, at: datetime) -> bool:
        """Tell whether it consents to a plan at a moment."""
        alive = not self.void and self.used_at is None and at < self.expires_at
        return alive and self.plan_digest == digest_of_plan


class Consent(BaseModel):
    """How far a demand is met.

    Attributes:
        given: the persons whose approvals count for it, in the order in which they gave them.
        until: when the consents that are enough for it cease to be, None where there are not enough.
    """

    model_config = ConfigDict(frozen=True)

    demand: Demand
    given: tuple[str, ...]
    until: datetime | None

    @property
    def missing(self) -> int:
        """How many persons have still to consent."""
        return max(0, self.demand.approvals - len(self.given))

    @property
    def outstanding(self) -> tuple[str, ...]:
        """Those of the named persons who have not consented."""
        return tuple(name for name in self.demand.approvers if name not in self.given)


def plan_digest(
    *,
    kind: str,
    plan: Plan,
    base_serial: int,
    policy_digest: str,
    circumstances: Mapping[str, JsonValue],
) -> str:
    """Return what an approval is bound to: the operation, the planned change, its base and the policies.

    `circumstances` is what else was looked at and a person may change meanwhile: the provider's version and
    settings, the project's labels and space.
    """
    return digest(
        {
            "operation": kind,
            "address": plan.address,
            "changes": plan.model_dump(mode="json", exclude={"address", "drift", "missing"}),
            "base_serial": base_serial,
            "policy_digest": policy_digest,
            "circumstances": dict(circumstances),
        }
    )


def consents(
    demands: tuple[Demand, ...], approvals: Sequence[Approval], digest_of_plan: str, at: datetime
) -> tuple[Consent, ...]:
    """Return how far each demand is met at a moment, by the approvals that count."""
    ends: dict[str, datetime] = {}
    for approval in approvals:
        if approval.counts(digest_of_plan, at):
            ends[approval.approver] = max(approval.expires_at, ends.get(approval.approver, at))
    return tuple(_consent(demand, ends) for demand in needed(demands))


def covers(
    demands: tuple[Demand, ...], approvals: Sequence[Approval], digest_of_plan: str, at: datetime
) -> bool:
    """Tell whether a plan is approved at a moment: every demand is met."""
    return not any(consent.missing for consent in consents(demands, approvals, digest_of_plan, at))


def approve(  # noqa: PLR0913 - who, for whom, how strictly, what, why and when: all are asked for by name
    *,
    approver: Principal,
    requester: Principal,
    separation: Separation,
    demands: tuple[Demand, ...],
    earlier: Sequence[Approval],
    digest_of_plan: str,
    note: str,
    at: datetime,
) -> Approval:
    """Return the approval that `approver` gives, valid for 24 hours.

    Raises:
        Forbidden: the approver is no person, lacks `approvals:write`, asked for the change, or is none of
            those whose approval is missing.
        Conflict: the approver has approved this plan already.
    """
    approver.require(Scope.APPROVALS_WRITE)
    if approver.kind is not PrincipalKind.USER:
        raise Forbidden(
            f"an approval is given by a person, not by {_article(approver.kind)}",
            hint="ask a person to approve",
        )
    # INVARIANT: nobody approves what they asked for themselves, through whatever client they ask and approve.
    not_them = barred(requester, separation)
    if approver.subject in not_them:
        raise Forbidden(
            f"{approver.subject} asked for this change and cannot approve it",
            hint="another person has to look at it",
        )
    _require_wanted(approver.subject, consents(demands, earlier, digest_of_plan, at), not_them)
    return Approval(
        approver=approver.subject,
        approver_key=approver.key,
        plan_digest=digest_of_plan,
        note=note,
        given_at=at,
        expires_at=at + timedelta(seconds=APPROVAL_TTL_SECONDS),
    )


def barred(requester: Principal, separation: Separation) -> frozenset[str]:
    """Return the persons who may not approve what `requester` asked for."""
    by_themselves = requester.kind in _THEMSELVES or separation is Separation.PERSON
    return frozenset({requester.subject} if by_themselves else ())


def out_of_reach(demand: Demand, not_them: frozenset[str]) -> bool:
    """Tell whether too few of the persons that a demand names may approve for it ever to be met."""
    return bool(demand.approvers) and len(set(demand.approvers) - not_them) < demand.approvals


def voided(approvals: Sequence[Approval], because: str, at: datetime) -> tuple[Approval, ...]:
    """Return the approvals, none of which covers anything any more; void ones keep their reason."""
    return tuple(
        approval
        if approval.void or approval.used_at is not None
        else approval.model_copy(
            update={"void": True, "void_because": because if at < approval.expires_at else "it ran out"}
        )
        for approval in approvals
    )


def used(approvals: Sequence[Approval], digest_of_plan: str, at: datetime) -> tuple[Approval, ...]:
    """Return the approvals, of which those that consent to a plan are used up by its effect."""
    return tuple(
        approval.model_copy(update={"used_at": at}) if approval.counts(digest_of_plan, at) else approval
        for approval in approvals
    )


def _consent(demand: Demand, ends: Mapping[str, datetime]) -> Consent:
    given = tuple(name for name in ends if demand.accepts(name))
    latest = sorted((ends[name] for name in given), reverse=True)
    until = latest[demand.approvals - 1] if len(given) >= demand.approvals else None
    return Consent(demand=demand, given=given, until=until)


def _require_wanted(subject: str, standing: Sequence[Consent], not_them: frozenset[str]) -> None:
    if any(subject in consent.given for consent in standing):
        raise Conflict(
            f"{subject} has approved this plan already",
            field="operation_id",
            hint="the approvals that are missing are other persons'",
        )
    open_ones = [consent for consent in standing if consent.missing]
    if not any(consent.demand.accepts(subject) for consent in open_ones):
        outstanding = dict.fromkeys(name for consent in open_ones for name in consent.outstanding)
        names = tuple(name for name in outstanding if name not in not_them)
        raise Forbidden(
            f"{subject} is not among those whose approval is missing: {either(names) or 'none is'}",
            hint="ask one of them",
            facts={"approvers": list(names)},
        )


def _article(kind: PrincipalKind) -> str:
    return f"an {kind.value}" if kind is PrincipalKind.ASSISTANT else f"a {kind.value}"
