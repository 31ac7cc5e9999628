"""Approvals: a person's consent to one plan, made under one set of policies (contracts: approval)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.digest import digest
from engine.core.errors import Forbidden
from engine.core.limits import APPROVAL_TTL_SECONDS
from engine.core.plans.plan import Plan


class Separation(StrEnum):
    """How far the approver must stand from the requester.

    `principal`: a person may approve what their own assistant or token asked for; `person`: nobody may.
    """

    PRINCIPAL = "principal"
    PERSON = "person"


class Approval(BaseModel):
    """One person's yes to one plan; `void` once another plan, or other policies, came in its place."""

    model_config = ConfigDict(frozen=True)

    approver: str
    approver_key: str
    plan_digest: str
    note: str = ""
    given_at: datetime
    expires_at: datetime
    void: bool = False


def plan_digest(*, kind: str, plan: Plan, base_serial: int, policy_digest: str) -> str:
    """Return what an approval is bound to: the operation, the planned change, its base and the policies."""
    return digest(
        {
            "operation": kind,
            "address": plan.address,
            "changes": plan.model_dump(mode="json", exclude={"address", "drift", "missing"}),
            "base_serial": base_serial,
            "policy_digest": policy_digest,
        }
    )


def approve(  # noqa: PLR0913 - who, for whom, how strictly, what, why and when: all are asked for by name
    *,
    approver: Principal,
    requester: Principal,
    separation: Separation,
    digest_of_plan: str,
    note: str,
    at: datetime,
) -> Approval:
    """Return the approval that `approver` gives, valid for 24 hours.

    Raises:
        Forbidden: the approver is no person, lacks `approvals:write`, or asked for the change.
    """
    approver.require(Scope.APPROVALS_WRITE)
    if approver.kind is not PrincipalKind.USER:
        raise Forbidden(
            f"an approval is given by a person, not by {_article(approver.kind)}",
            hint="ask a person to approve",
        )
    # INVARIANT: nobody approves what they asked for themselves, through whatever client they ask and approve.
    by_themselves = requester.kind is PrincipalKind.USER or separation is Separation.PERSON
    if approver.subject == requester.subject and by_themselves:
        raise Forbidden(
            f"{approver.subject} asked for this change and cannot approve it",
            hint="another person has to look at it",
        )
    return Approval(
        approver=approver.subject,
        approver_key=approver.key,
        plan_digest=digest_of_plan,
        note=note,
        given_at=at,
        expires_at=at + timedelta(seconds=APPROVAL_TTL_SECONDS),
    )


def covers(approvals: Sequence[Approval], digest_of_plan: str, at: datetime) -> bool:
    """Tell whether a plan is approved at a moment: some approval, not void nor expired, names its digest."""
    return any(not a.void and a.plan_digest == digest_of_plan and at < a.expires_at for a in approvals)


def voided(approvals: Sequence[Approval]) -> tuple[Approval, ...]:
    """Return the approvals, none of which covers anything any more."""
    return tuple(approval.model_copy(update={"void": True}) for approval in approvals)


def _article(kind: PrincipalKind) -> str:
    return f"an {kind.value}" if kind is PrincipalKind.ASSISTANT else f"a {kind.value}"
