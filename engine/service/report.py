"""Use case: say where an operation stands, with its plan, its decision and its resource, secrets redacted."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.operations.operation import (
    Cancellation,
    Operation,
    OperationError,
    OperationKind,
    PlanSummary,
)
from engine.core.operations.states import OperationState
from engine.core.policy.decision import Decision, Outcome
from engine.core.values import Difference, JsonObject
from engine.service.awaited import Awaited, ReportedApproval, ReportedDemand, awaited, reported_approvals
from engine.service.change_sets.reported import ReportedSet, reported_set
from engine.service.locking import keep_lock
from engine.service.lookup import visible_operation
from engine.service.projects.ever import project_name_ever
from engine.service.reported_steps import (
    ReportedInterruption,
    ReportedStep,
    reported_interruption,
    reported_steps,
)
from engine.service.services import Services

Next = Literal["none", "wait", "approve", "resume", "decide", "fix"]


class ReportedOperation(BaseModel):
    """The operation itself.

    Attributes:
        demands: while it waits for approval or to be carried out, which approvals are needed.
        restores: the version of the resource that is to be brought back.
        cancellation: who asked to stop it while it was worked on, and when.
        expires_at: when it expires while it waits.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    project: str
    kind: OperationKind
    state: OperationState
    resource_id: str
    resource_type: str
    provider: str
    provider_version: str
    provider_alias: str
    dry_run: bool
    restores: int | None
    change_set_id: str | None
    actor: str
    client: str
    base_serial: int
    demands: tuple[ReportedDemand, ...]
    approvals: tuple[ReportedApproval, ...]
    cancellation: Cancellation | None
    created_at: str
    expires_at: str | None
    finished_at: str | None


class ReportedResource(BaseModel):
    """The resource after the operation; `missing` where the cloud no longer has it."""

    model_config = ConfigDict(frozen=True)

    attributes: JsonObject | None
    drift: tuple[Difference, ...]
    missing: bool
    tainted: bool
    version: int


class OperationReport(BaseModel):
    """What is published of an operation (contracts: result of the tool `intent`)."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    operation: ReportedOperation
    plan: PlanSummary | None
    decision: Decision | None
    resource: ReportedResource | None
    steps: tuple[ReportedStep, ...]
    interruption: ReportedInterruption | None
    change_set: ReportedSet | None
    error: OperationError | None
    next: Next


async def report(services: Services, principal: Principal, operation_id: str) -> OperationReport:
    """Return what may be published of an operation.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        InvalidInput, NotFound: there is no such operation.
    """
    principal.require(Scope.RESOURCES_READ)
    async with services.store.transaction() as transaction:
        operation = await visible_operation(transaction, principal, operation_id)
        await keep_lock(services, transaction, principal.key, operation.project_id)
        project = await project_name_ever(transaction, operation.project_id)
        stored = await transaction.resources.find(operation.project_id, operation.resource_id)
        decision = await transaction.decisions.find(operation.decision_id) if operation.decision_id else None
        steps = await reported_steps(transaction, operation, stored)
        change_set = await reported_set(transaction, operation)
    attributes = operation.result
    if attributes is None and stored is not None:
        attributes = stored.shown_attributes
    resource = ReportedResource(
        attributes=attributes,
        drift=operation.drift,
        missing=operation.missing,
        tainted=stored is not None and stored.state is not None and stored.state.tainted,
        version=stored.version if stored is not None else 0,
    )
    awaits = awaited(services, operation)
    return OperationReport(
        operation=_reported(operation, project, awaits),
        plan=operation.plan_summary,
        decision=decision,
        resource=resource if change_set is None else None,
        steps=steps,
        interruption=reported_interruption(operation, stored),
        change_set=change_set,
        error=operation.error,
        next="fix" if awaits.in_vain else next_step(operation, decision),
    )


def leaves_missing(operation: Operation) -> bool:
    """Tell whether an operation found its object gone and left the resource as it was remembered."""
    return operation.missing and operation.kind is OperationKind.REFRESH and operation.decision_id is None


def next_step(operation: Operation, decision: Decision | None) -> Next:
    """Return what is to be done about an operation as it stands."""
    match operation.state:
        case OperationState.PENDING_REVIEW:
            return "approve"
        case OperationState.READY_FOR_EXECUTION | OperationState.INTERRUPTED | OperationState.STOPPED:
            # A change waits for its turn in the set; one whose outcome nobody knows is settled by itself.
            its_turn = (
                operation.change_set_id is not None and operation.state is not OperationState.INTERRUPTED
            )
            return "wait" if its_turn else "resume"
        case OperationState.DENIED | OperationState.FAILED | OperationState.REJECTED | OperationState.EXPIRED:
            return "fix"
        case OperationState.FINISHED if decision is not None and decision.outcome is Outcome.DENIED:
            return "fix"
        case OperationState.FINISHED | OperationState.CANCELLED:
            return "decide" if leaves_missing(operation) else "none"
        case _:
            return "wait"


def _reported(operation: Operation, project: str, awaits: Awaited) -> ReportedOperation:
    return ReportedOperation(
        id=operation.id,
        project=project,
        kind=operation.kind,
        state=operation.state,
        resource_id=operation.resource_id,
        resource_type=operation.resource_type,
        provider=operation.provider,
        provider_version=operation.provider_version,
        provider_alias=operation.provider_alias,
        dry_run=operation.request.dry_run,
        restores=operation.request.restores,
        change_set_id=operation.change_set_id,
        actor=operation.actor.subject,
        client=operation.actor.client,
        base_serial=operation.base_serial,
        demands=awaits.demands,
        approvals=reported_approvals(operation),
        cancellation=operation.cancellation,
        created_at=operation.created_at.isoformat(),
        expires_at=awaits.expires_at,
        finished_at=operation.finished_at.isoformat() if operation.finished_at is not None else None,
    )
