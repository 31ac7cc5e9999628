"""The states of an operation and every move between them.

Theory. An operation passes three points, always in this order: a *plan* says what would happen, a *decision*
says whether it may, an *effect* makes it so.

- Before the effect nothing has happened outside. Any failure ends in FAILED (event `fail`, from QUEUED on: a
  request may turn out to name a type that does not exist), and a lost worker too (`lose`): to try again is a
  new request.
- A dry run ends in FINISHED once it is decided, whatever the decision (`decided`), and so does what changes
  nothing in the cloud (`unchanged`): FINISHED does not say that there was an effect, `applied_at` does.
- DENIED, REJECTED, EXPIRED and CANCELLED are refusals: final, without an effect, each with its reason. An
  approval takes nobody's right to refuse: READY_FOR_EXECUTION can be rejected, cancelled and expire as well.
- PENDING_REVIEW waits for a person. Approval leads to READY_FOR_EXECUTION, never to an effect: `resume`
  plans anew, and only a plan with the approved digest goes on to APPLYING (event `approved`); another plan is
  put before the policies like a first one.
- APPLYING is committed before OpenTofu starts. Whoever finds an operation there without a living worker
  knows that an effect may have happened: INTERRUPTED is left by reconciling with the cloud, or by a person
  who has looked there and says that nothing was done (`retry`: it is planned and decided anew).
- A change set is an operation too, and so is each change in it. The changes are planned and decided like
  others, and then wait in READY_FOR_EXECUTION (`hold`) for their turn in the set, which alone is approved,
  rejected and resumed. A set that meets a failure on its way is STOPPED: what was done stays done, what was
  not is planned and decided anew when it is resumed. Of a set that has done something, a plan that fails, a
  denial, a cancellation and a lost worker come to the same: it is STOPPED, for FAILED, DENIED and CANCELLED
  would say that nothing was done. So is one that was lost while it was applied, as soon as the outcome of
  each change is known again.
- One consent may not be enough: `consent` notes one and goes on waiting, `approve` is the last one needed.
- Whoever asked may change their mind while nothing has begun (`cancel`, up to DECIDING). Once an effect has
  begun, a cancellation only asks OpenTofu to stop; the operation ends as what came of that: FINISHED where
  the call in flight was all there was to do, else FAILED with what was made so far.

`TRANSITIONS` is the whole truth: a pair that is not in it is an error. `docs/reference/operations.md` shows
the diagram generated from it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class OperationState(StrEnum):
    """Where an operation stands; names follow the hosted product where it has one."""

    QUEUED = "QUEUED"
    PLANNING = "PLANNING"
    DECIDING = "DECIDING"
    DENIED = "DENIED"
    PENDING_REVIEW = "PENDING_REVIEW"
    READY_FOR_EXECUTION = "READY_FOR_EXECUTION"
    APPLYING = "APPLYING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"
    INTERRUPTED = "INTERRUPTED"
    STOPPED = "STOPPED"


class OperationEvent(StrEnum):
    """What happens to an operation."""

    PLAN = "plan"
    PLANNED = "planned"
    UNCHANGED = "unchanged"
    DECIDED = "decided"
    DENY = "deny"
    REVIEW = "review"
    ALLOW = "allow"
    APPROVED = "approved"
    HOLD = "hold"
    CONSENT = "consent"
    APPROVE = "approve"
    REJECT = "reject"
    EXPIRE = "expire"
    CANCEL = "cancel"
    RESUME = "resume"
    APPLIED = "applied"
    FAIL = "fail"
    LOSE = "lose"
    RECOVER = "recover"
    RETRY = "retry"
    STOP = "stop"


_S = OperationState
_E = OperationEvent

TRANSITIONS: Final[Mapping[tuple[OperationState, OperationEvent], OperationState]] = MappingProxyType(
    {
        (_S.QUEUED, _E.PLAN): _S.PLANNING,
        (_S.QUEUED, _E.CANCEL): _S.CANCELLED,
        (_S.QUEUED, _E.FAIL): _S.FAILED,
        (_S.PLANNING, _E.PLANNED): _S.DECIDING,
        (_S.PLANNING, _E.UNCHANGED): _S.FINISHED,
        (_S.PLANNING, _E.FAIL): _S.FAILED,
        (_S.PLANNING, _E.LOSE): _S.FAILED,
        (_S.PLANNING, _E.CANCEL): _S.CANCELLED,
        (_S.DECIDING, _E.DECIDED): _S.FINISHED,
        (_S.DECIDING, _E.DENY): _S.DENIED,
        (_S.DECIDING, _E.REVIEW): _S.PENDING_REVIEW,
        (_S.DECIDING, _E.ALLOW): _S.APPLYING,
        (_S.DECIDING, _E.APPROVED): _S.APPLYING,
        (_S.DECIDING, _E.HOLD): _S.READY_FOR_EXECUTION,
        (_S.DECIDING, _E.FAIL): _S.FAILED,
        (_S.DECIDING, _E.LOSE): _S.FAILED,
        (_S.DECIDING, _E.CANCEL): _S.CANCELLED,
        (_S.PENDING_REVIEW, _E.CONSENT): _S.PENDING_REVIEW,
        (_S.PENDING_REVIEW, _E.APPROVE): _S.READY_FOR_EXECUTION,
        (_S.PENDING_REVIEW, _E.REJECT): _S.REJECTED,
        (_S.PENDING_REVIEW, _E.EXPIRE): _S.EXPIRED,
        (_S.PENDING_REVIEW, _E.CANCEL): _S.CANCELLED,
        (_S.READY_FOR_EXECUTION, _E.RESUME): _S.PLANNING,
        (_S.READY_FOR_EXECUTION, _E.REJECT): _S.REJECTED,
        (_S.READY_FOR_EXECUTION, _E.EXPIRE): _S.EXPIRED,
        (_S.READY_FOR_EXECUTION, _E.CANCEL): _S.CANCELLED,
        (_S.APPLYING, _E.APPLIED): _S.FINISHED,
        (_S.APPLYING, _E.FAIL): _S.FAILED,
        (_S.APPLYING, _E.LOSE): _S.INTERRUPTED,
        (_S.INTERRUPTED, _E.RECOVER): _S.FINISHED,
        (_S.INTERRUPTED, _E.FAIL): _S.FAILED,
        (_S.INTERRUPTED, _E.RETRY): _S.PLANNING,
        (_S.PLANNING, _E.STOP): _S.STOPPED,
        (_S.DECIDING, _E.STOP): _S.STOPPED,
        (_S.APPLYING, _E.STOP): _S.STOPPED,
        (_S.INTERRUPTED, _E.STOP): _S.STOPPED,
        (_S.PENDING_REVIEW, _E.STOP): _S.STOPPED,
        (_S.READY_FOR_EXECUTION, _E.STOP): _S.STOPPED,
        (_S.STOPPED, _E.RESUME): _S.PLANNING,
        (_S.STOPPED, _E.FAIL): _S.FAILED,
    }
)

FINAL_STATES: Final = frozenset(OperationState) - {state for state, _ in TRANSITIONS}
RUNNING_STATES: Final = frozenset({_S.PLANNING, _S.DECIDING, _S.APPLYING})


def diagram() -> str:
    """Return the table as a Mermaid state diagram, for the docs."""
    lines = [f"    {start} --> {end}: {event.value}" for (start, event), end in TRANSITIONS.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {_S.QUEUED}", *lines])
