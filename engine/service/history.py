"""Use case: the operations of a project or of one resource, newest first."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import InvalidInput
from engine.core.limits import LIST_MAX
from engine.core.operations.operation import Operation
from engine.core.policy.decision import Decision, Outcome
from engine.ports.store import Transaction
from engine.service.awaited import awaited
from engine.service.locking import keep_lock
from engine.service.projects.ever import find_project_ever
from engine.service.services import Services


class HistoryDecision(BaseModel):
    """What the policies said.

    Attributes:
        deny: the reasons to deny.
        policies: those that were asked, as `name v3`.
        waived: whose denials were waived and by whom, as `name by owner`.
    """

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    deny: tuple[str, ...]
    policies: tuple[str, ...]
    waived: tuple[str, ...]


class HistoryLine(BaseModel):
    """One operation in a list.

    Attributes:
        dry_run: it was a rehearsal that changed nothing.
        restores: the version of the resource that was to be brought back.
        missing: the cloud no longer had the object.
        decision: null where no policy was asked.
        approved_by: who consented to its plan; whose approval was of another plan is left out.
        waits_for: which approvals are missing, in words; empty where none is.
        expires_at: when it expires while it waits for approval, or to be carried out.
        untrusted_detail: the first line of a provider's or OpenTofu's words on a failure.
    """

    model_config = ConfigDict(frozen=True)

    operation_id: str
    created_at: str
    kind: str
    dry_run: bool
    restores: int | None
    state: str
    resource_id: str
    resource_type: str
    provider_alias: str
    actor: str
    client: str
    summary: str
    missing: bool
    decision: HistoryDecision | None
    approved_by: tuple[str, ...]
    waits_for: str
    expires_at: str | None
    error: str
    untrusted_detail: str


class History(BaseModel):
    """Operations, newest first."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    project: str
    operations: tuple[HistoryLine, ...]


async def history(
    services: Services, principal: Principal, project_name: str, *, resource_id: str | None = None, limit: int
) -> History:
    """Return at most `limit` operations of a project, also of a deleted one, by its name or id.

    What the principal may not know of is left out.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        InvalidInput: the limit is not 1 to 500.
        NotFound: there never was such a project.
    """
    principal.require(Scope.RESOURCES_READ)
    if not 1 <= limit <= LIST_MAX:
        raise InvalidInput(f"limit must be 1 to {LIST_MAX}", field="limit", hint="ask for fewer")
    async with services.store.transaction() as transaction:
        project_id, name = await find_project_ever(transaction, project_name)
        await keep_lock(services, transaction, principal.key, project_id)
        found = await transaction.operations.list(project_id, resource_id, limit, actor_key=principal.horizon)
        lines = [await history_line(services, transaction, operation) for operation in found]
    return History(project=name, operations=tuple(lines))


async def history_line(services: Services, transaction: Transaction, operation: Operation) -> HistoryLine:
    """Return one operation as a line."""
    decision = await transaction.decisions.find(operation.decision_id) if operation.decision_id else None
    detail = (operation.error.untrusted_detail or "") if operation.error is not None else ""
    awaits = awaited(services, operation)
    return HistoryLine(
        operation_id=operation.id,
        created_at=operation.created_at.isoformat(),
        kind=operation.kind.value,
        dry_run=operation.request.dry_run,
        restores=operation.request.restores,
        state=operation.state.value,
        resource_id=operation.resource_id,
        resource_type=operation.resource_type,
        provider_alias=operation.provider_alias,
        actor=operation.actor.subject,
        client=operation.actor.client,
        summary=operation.plan_summary.summary if operation.plan_summary is not None else "",
        missing=operation.missing,
        decision=None if decision is None else _decision(decision),
        approved_by=tuple(approval.approver for approval in operation.approvals if not approval.void),
        waits_for=awaits.words,
        expires_at=awaits.expires_at,
        error=operation.error.message if operation.error is not None else "",
        untrusted_detail=next((line for line in detail.splitlines() if line.strip()), ""),
    )


def _decision(decision: Decision) -> HistoryDecision:
    return HistoryDecision(
        outcome=decision.outcome,
        deny=decision.deny,
        policies=decision.versions,
        waived=tuple(f"{waiver.policy} by {waiver.owner}" for waiver in decision.waivers),
    )
