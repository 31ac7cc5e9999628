"""Putting a planned operation before the project's policies, and moving it where they say."""

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.core.approvals import covers, plan_digest
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationEvent
from engine.core.plans.plan import Plan
from engine.core.policy.decision import Outcome
from engine.core.policy.input import (
    PolicyInput,
    RequestInput,
    ResourceInput,
    actor_input,
    plan_input,
    project_input,
)
from engine.core.policy.policies import policy_set_digest
from engine.core.values import JsonObject
from engine.service.gate import gate
from engine.service.journal import advance
from engine.service.prepare import Prepared
from engine.service.services import Services

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NANOSECONDS_PER_MICROSECOND = 1_000


async def decide(services: Services, operation: Operation, prepared: Prepared, plan: Plan) -> Operation:
    """Move a DECIDING operation on: to APPLYING, or to where it waits or ends.

    A plan that a person has approved exactly so, under exactly these policies, is not decided again.
    """
    async with services.store.transaction() as transaction:
        policies = await transaction.attachments.bound(prepared.known.project.id)
    policy_digest = policy_set_digest(policies)
    digest_of_plan = plan_digest(
        kind=operation.kind.value,
        plan=plan,
        base_serial=prepared.known.base_serial,
        policy_digest=policy_digest,
    )
    digests: dict[str, Any] = {"policy_digest": policy_digest, "plan_digest": digest_of_plan}
    if covers(operation.approvals, digest_of_plan, services.clock.now()):
        async with services.store.transaction() as transaction:
            return await advance(services, transaction, operation, OperationEvent.APPROVED, **digests)
    policy_input = _input(operation, prepared, plan)
    said = await gate(services.evaluator, policies, policy_input.document())
    seen = [each for each in (plan.before, plan.after) if each is not None]
    decision = prepared.secrecy.strings(*seen).hidden_in(said)
    decision_id = services.ids.new()
    async with services.store.transaction() as transaction:
        await transaction.decisions.add(decision_id, operation.id, decision, _redacted(policy_input, plan))
        return await advance(
            services,
            transaction,
            operation,
            _event(operation, decision.outcome),
            decision_id=decision_id,
            # An approval of another plan is void.
            approvals=(),
            **digests,
        )


def _event(operation: Operation, outcome: Outcome) -> OperationEvent:
    if operation.request.dry_run:
        return OperationEvent.DECIDED
    return {
        Outcome.ALLOWED: OperationEvent.ALLOW,
        Outcome.DENIED: OperationEvent.DENY,
        Outcome.PENDING_REVIEW: OperationEvent.REVIEW,
    }[outcome]


def _input(operation: Operation, prepared: Prepared, plan: Plan) -> PolicyInput:
    return PolicyInput(
        resource=ResourceInput(
            resource_id=operation.resource_id,
            resource_type=prepared.job.resource_type,
            provider=str(prepared.job.pin.address),
            provider_version=str(prepared.job.pin.version),
            operation=prepared.job.kind,
            current_state=plan.before,
            proposed_state=plan.known_after,
        ),
        plan=plan_input(plan),
        project=project_input(prepared.known.project, len(prepared.known.living)),
        actor=actor_input(operation.actor),
        dependencies=prepared.depends_on,
        dependents=prepared.known.dependents,
        request=RequestInput(
            operation_id=operation.id,
            timestamp_ns=_nanoseconds(operation.created_at),
            dry_run=operation.request.dry_run,
            reason=operation.request.reason,
        ),
    )


def _nanoseconds(moment: datetime) -> int:
    """Return a moment in nanoseconds since 1970; exact, which a float of seconds is not."""
    return (moment - _EPOCH) // timedelta(microseconds=1) * _NANOSECONDS_PER_MICROSECOND


def _redacted(policy_input: PolicyInput, plan: Plan) -> JsonObject:
    """Return the input as it may be stored."""
    shown = policy_input.resource.model_copy(
        update={"current_state": plan.redacted_before, "proposed_state": plan.redacted_after}
    )
    return policy_input.model_copy(update={"resource": shown}).document()
