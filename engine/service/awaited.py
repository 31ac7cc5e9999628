"""What is published of approvals: which were given and what they are worth, which are missing, until when."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from engine.core.approvals import Consent, barred, consents, out_of_reach
from engine.core.demands import either
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.service.approve import deadline
from engine.service.services import Services

_WAITING = {OperationState.PENDING_REVIEW, OperationState.READY_FOR_EXECUTION}


class ReportedApproval(BaseModel):
    """Who approved, when, until when, with which words.

    Attributes:
        void: it covers nothing any more; `void_because` says why.
        used_at: when the effect began that it allowed; it allows no other.
    """

    model_config = ConfigDict(frozen=True)

    approver: str
    note: str
    given_at: str
    expires_at: str
    void: bool
    void_because: str
    used_at: str | None


class ReportedDemand(BaseModel):
    """How far what a review asks for is met; the decision has its reason.

    Attributes:
        approvals: how many different persons have to consent.
        approvers: the persons whose consent counts; anybody's where empty.
        given: those who have consented.
        missing: how many more have to.
        outstanding: those of `approvers` who may approve this change and have not.
        out_of_reach: too few of those named may approve this change for it ever to be approved.
    """

    model_config = ConfigDict(frozen=True)

    approvals: int
    approvers: tuple[str, ...]
    given: tuple[str, ...]
    missing: int
    outstanding: tuple[str, ...]
    out_of_reach: bool


class Awaited(BaseModel):
    """What an operation waits for from persons; nothing where it does not wait.

    Attributes:
        expires_at: when it expires unless it is approved, or carried out, before.
    """

    model_config = ConfigDict(frozen=True)

    demands: tuple[ReportedDemand, ...] = ()
    expires_at: str | None = None

    @property
    def in_vain(self) -> bool:
        """Whether it can never be approved as it is."""
        return any(demand.out_of_reach for demand in self.demands)

    @property
    def words(self) -> str:
        """The approvals that are missing, for a line of a list; empty where none is."""
        return "; ".join(missing_words(demand) for demand in self.demands if demand.missing)


def awaited(services: Services, operation: Operation) -> Awaited:
    """Return what an operation waits for now."""
    if operation.state not in _WAITING or operation.change_set_id is not None:
        return Awaited()
    standing = consents(operation.demands, operation.approvals, operation.plan_digest, services.clock.now())
    not_them = barred(operation.actor, services.separation)
    end = deadline(operation)
    return Awaited(
        demands=tuple(_reported(consent, not_them) for consent in standing),
        expires_at=_iso(end),
    )


def reported_approvals(operation: Operation) -> tuple[ReportedApproval, ...]:
    """Return every approval that was given to an operation, oldest first."""
    return tuple(
        ReportedApproval(
            approver=a.approver,
            note=a.note,
            given_at=a.given_at.isoformat(),
            expires_at=a.expires_at.isoformat(),
            void=a.void,
            void_because=a.void_because,
            used_at=_iso(a.used_at),
        )
        for a in operation.approvals
    )


def missing_words(demand: ReportedDemand) -> str:
    """Return what of a demand is missing: `1 of 2 approvals is missing, by bob or eve`."""
    several = f"{demand.missing} of {demand.approvals} approvals"
    count = (
        f"{several} {'is' if demand.missing == 1 else 'are'}" if demand.approvals > 1 else "an approval is"
    )
    whose = f", by {either(demand.outstanding)}" if demand.outstanding else ""
    never = ": it can never be given, for too few of those named may" if demand.out_of_reach else ""
    return f"{count} missing{whose}{never}"


def _reported(consent: Consent, not_them: frozenset[str]) -> ReportedDemand:
    return ReportedDemand(
        approvals=consent.demand.approvals,
        approvers=consent.demand.approvers,
        given=consent.given,
        missing=consent.missing,
        outstanding=tuple(name for name in consent.outstanding if name not in not_them),
        out_of_reach=out_of_reach(consent.demand, not_them),
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
