"""Moving an operation in the database: each move, its steps and its audit row are one transaction."""

from typing import Any

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal
from engine.core.errors import Conflict
from engine.core.operations.machine import move
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationEvent
from engine.core.operations.steps import StepOutcome
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.service.lookup import find_operation
from engine.service.services import Services
from engine.service.steps import follow

_BEGINNINGS = frozenset({OperationEvent.ALLOW, OperationEvent.APPROVED})


async def advance(
    services: Services,
    transaction: Transaction,
    operation: Operation,
    event: OperationEvent,
    *,
    by: Principal | None = None,
    facts: JsonObject | None = None,
    step: StepOutcome | None = None,
    **changes: Any,  # noqa: ANN401 - field values of Operation, validated by the machine
) -> Operation:
    """Move an operation by an event, end and begin its steps, and write the audit row of the move.

    The stored operation is read afresh, so that a renewed lease is kept; `operation` says who moves it.
    One that is to be stopped is cancelled where its effect would begin. `facts` are added to those of the
    audit row; `step` is how the open step ended, where the event does not say it.

    Raises:
        Conflict: the event is not possible now, or another worker has taken the operation up.
    """
    stored = await find_operation(transaction, operation.id)
    if stored.fencing_token != operation.fencing_token:
        raise Conflict(
            f"operation {operation.id} was taken up by another worker",
            field="operation_id",
            hint="ask for its status",
        )
    # INVARIANT: no effect begins once somebody has asked to stop it: the row tells which came first.
    if stored.cancellation is not None and event in _BEGINNINGS:
        event = OperationEvent.CANCEL
    moved = move(stored, event, services.clock.now(), **changes)
    await transaction.operations.save(moved, stored.fencing_token)
    await follow(services, transaction, moved, event, step)
    await audit(services, transaction, moved, f"operation.{event.value}", by or operation.actor, facts=facts)
    return moved


async def audit(
    services: Services,
    transaction: Transaction,
    operation: Operation,
    event: str,
    by: Principal,
    *,
    facts: JsonObject | None = None,
) -> None:
    """Append what happened to an operation to the audit chain; names and digests only, no values."""
    all_facts: JsonObject = {
        **(facts or {}),
        "kind": operation.kind.value,
        "resource_id": operation.resource_id,
        "resource_type": operation.resource_type,
        "state": operation.state.value,
        "request_digest": operation.request_digest,
        "plan_digest": operation.plan_digest,
        "policy_digest": operation.policy_digest,
        "decision_id": operation.decision_id or "",
        "error": operation.error.code if operation.error is not None else "",
    }
    await transaction.audit.append(
        AuditEvent(
            at=services.clock.now(),
            actor=by.key,
            event=event,
            project_id=operation.project_id,
            subject=operation.id,
            facts=all_facts,
        )
    )
