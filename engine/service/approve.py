"""Use case: a person consents to exactly the plan that waits."""

from datetime import datetime, timedelta

from engine.core.approvals import approve as give
from engine.core.approvals import consents, covers
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import Conflict, InvalidInput
from engine.core.limits import APPROVAL_TTL_SECONDS, NOTE_MAX_CHARS
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationEvent, OperationState
from engine.core.text import require_whole_characters
from engine.ports.store import Transaction
from engine.service.change_sets.alone import require_alone
from engine.service.change_sets.members import give_up
from engine.service.journal import advance
from engine.service.lookup import visible_operation
from engine.service.services import Services


async def approve(services: Services, principal: Principal, operation_id: str, note: str = "") -> Operation:
    """Record an approval and return the operation: READY_FOR_EXECUTION where it is the last one needed.

    `resume` then carries it out. Where more persons have to consent it is PENDING_REVIEW still.

    Raises:
        Forbidden: the principal is no person, lacks `approvals:write`, asked for the change, or is none of
            those whose approval is missing.
        NotFound: there is no such operation.
        Conflict: the principal has approved this plan already, or the operation does not wait for review, or
            has waited for longer than 24 hours.
        InvalidInput: the note is too long.
    """
    principal.require(Scope.APPROVALS_WRITE)
    async with services.store.transaction() as transaction:
        operation = await visible_operation(transaction, principal, operation_id)
        require_alone(operation)
        operation = await expire(services, transaction, operation)
        now = services.clock.now()
        if operation.state is OperationState.PENDING_REVIEW:
            approval = give(
                approver=principal,
                requester=operation.actor,
                separation=services.separation,
                demands=operation.demands,
                earlier=operation.approvals,
                digest_of_plan=operation.plan_digest,
                note=parse_note(note),
                at=now,
            )
            approvals = (*operation.approvals, approval)
            last = covers(operation.demands, approvals, operation.plan_digest, now)
            event = OperationEvent.APPROVE if last else OperationEvent.CONSENT
            return await advance(services, transaction, operation, event, by=principal, approvals=approvals)
    raise Conflict(
        f"operation {operation.id} is {operation.state.value} and does not wait for approval",
        field="operation_id",
        hint="`intent operation show` says where it stands",
        facts={"state": operation.state.value},
    )


async def expire(services: Services, transaction: Transaction, operation: Operation) -> Operation:
    """Return the operation, EXPIRED now where its time to be approved, or to be carried out, is over."""
    end = deadline(operation)
    if end is None or services.clock.now() < end:
        return operation
    await give_up(services, transaction, operation)
    return await advance(services, transaction, operation, OperationEvent.EXPIRE)


def deadline(operation: Operation) -> datetime | None:
    """Return when an operation expires; None where it does not wait, or waits for its change set.

    One that waits for approval expires 24 hours after it was decided; an approved one as soon as approvals
    that are enough no longer hold.
    """
    decided_at = operation.decided_at or operation.created_at
    if operation.change_set_id is not None:
        return None
    if operation.state is OperationState.PENDING_REVIEW:
        return decided_at + timedelta(seconds=APPROVAL_TTL_SECONDS)
    if operation.state is not OperationState.READY_FOR_EXECUTION:
        return None
    # Whatever has run out by now shows in an earlier moment: that of the decision.
    standing = consents(operation.demands, operation.approvals, operation.plan_digest, decided_at)
    return min(consent.until or decided_at for consent in standing)


def parse_note(note: str) -> str:
    """Return a note of at most 2,000 characters.

    Raises:
        InvalidInput: it is longer, or holds half a character.
    """
    if len(note) > NOTE_MAX_CHARS:
        raise InvalidInput(
            f"the note is longer than {NOTE_MAX_CHARS} characters", field="note", hint="be brief"
        )
    require_whole_characters(note, "note")
    return note
