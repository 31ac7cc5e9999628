"""What the policies are asked about an operation, and what of it may be stored."""

from datetime import UTC, datetime, timedelta
from typing import Final

from engine.core.operations.operation import Operation
from engine.core.plans.plan import Plan
from engine.core.policy.input import (
    ChangeInput,
    ChangeSetInput,
    PolicyInput,
    RequestInput,
    ResourceInput,
    actor_input,
    plan_input,
    project_input,
)
from engine.core.policy.selection import gated
from engine.core.values import JsonObject
from engine.service.prepare import Prepared

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NANOSECONDS_PER_MICROSECOND: Final = 1_000


def input_of(
    operation: Operation, prepared: Prepared, plan: Plan, change_set: ChangeSetInput | None = None
) -> PolicyInput:
    """Return what the policies are asked about, secrets in clear."""
    return PolicyInput(
        resource=ResourceInput(
            resource_id=operation.resource_id,
            resource_type=prepared.job.resource_type,
            provider=str(prepared.job.pin.address),
            provider_version=str(prepared.job.pin.version),
            operation=gated(prepared.job.kind, plan.action),
            current_state=plan.before,
            proposed_state=plan.known_after,
        ),
        plan=plan_input(plan),
        project=project_input(prepared.known.project, prepared.known.resource_count),
        provider_config=prepared.provider_config,
        provider_alias=prepared.provider_alias,
        actor=actor_input(operation.actor),
        dependencies=prepared.depends_on,
        dependents=prepared.known.dependents,
        request=RequestInput(
            operation_id=operation.id,
            timestamp_ns=_nanoseconds(operation.created_at),
            dry_run=operation.request.dry_run,
            reason=operation.request.reason,
        ),
        change_set=change_set,
    )


def change_of(operation: Operation, prepared: Prepared, plan: Plan) -> ChangeInput:
    """Return what the policies see of one change of a set, secrets in clear."""
    return ChangeInput(
        resource_id=operation.resource_id,
        resource_type=prepared.job.resource_type,
        operation=prepared.job.kind,
        plan=plan_input(plan),
        current_state=plan.before,
        proposed_state=plan.known_after,
    )


def redacted_change(change: ChangeInput, plan: Plan) -> ChangeInput:
    """Return one change of a set as it may be stored."""
    states = {"current_state": plan.redacted_before, "proposed_state": plan.redacted_after}
    return change.model_copy(update=states)


def _nanoseconds(moment: datetime) -> int:
    """Return a moment in nanoseconds since 1970; exact, which a float of seconds is not."""
    return (moment - _EPOCH) // timedelta(microseconds=1) * _NANOSECONDS_PER_MICROSECOND


def redacted(policy_input: PolicyInput, plan: Plan, change_set: ChangeSetInput | None = None) -> JsonObject:
    """Return the input as it may be stored; `change_set` is redacted already."""
    shown = policy_input.resource.model_copy(
        update={"current_state": plan.redacted_before, "proposed_state": plan.redacted_after}
    )
    return policy_input.model_copy(update={"resource": shown, "change_set": change_set}).document()
