"""Use case: a person consents to exactly the plan that waits."""

from datetime import timedelta

from engine.core.approvals import approve as give
from engine.core.auth.principals import Principal
from engine.core.errors import Conflict, InvalidInput
from engine.core.limits import APPROVAL_TTL_SECONDS, NOTE_MAX_CHARS
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationEvent, OperationState
from engine.core.text import require_whole_characters
from engine.ports.store import Transaction
from engine.service.journal import advance
from engine.service.lookup import find_operation
from engine.service.services import Services


async def approve(services: Services, principal: Principal, operation_id: str, note: str = "") -> Operation:
    """Record an approval and return the operation, READY_FOR_EXECUTION; `resume` carries it out.

    Raises:
        Forbidden: the principal is no person, lacks `approvals:write`, or asked for the change.
        NotFound: there is no such operation.
        Conflict: the operation does not wait for review, or has waited for longer than 24 hours.
        InvalidInput: the note is too long.
    """
    async with services.store.transaction() as transaction:
        operation = await find_operation(transaction, operation_id)
        operation = await expire(services, transaction, operation)
        if operation.state is OperationState.PENDING_REVIEW:
            approval = give(
                approver=principal,
                requester=operation.actor,
                separation=services.separation,
                digest_of_plan=operation.plan_digest,
                note=parse_note(note),
                at=services.clock.now(),
            )
            approvals = (*operation.approvals, approval)
            return await advance(
                services, transaction, operation, OperationEvent.APPROVE, by=principal, approvals=approvals
            )
    raise Conflict(
        f"operation {operation.id} is {operation.state.value} and does not wait for approval",
        field="operation_id",
        hint="`intent operation show` says where it stands",
        facts={"state": operation.state.value},
    )


async def expire(services: Services, transaction: Transaction, operation: Operation) -> Operation:
    """Return the operation, EXPIRED now where it or its approval has waited for longer than 24 hours."""
    now = services.clock.now()
    if operation.state is OperationState.PENDING_REVIEW:
        since = operation.decided_at or operation.created_at
        late = now >= since + timedelta(seconds=APPROVAL_TTL_SECONDS)
    elif operation.state is OperationState.READY_FOR_EXECUTION:
        late = all(a.void or now >= a.expires_at for a in operation.approvals)
    else:
        late = False
    return await advance(services, transaction, operation, OperationEvent.EXPIRE) if late else operation


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
