"""Putting a planned operation before the project's policies, and moving it where they say."""

from typing import Any

from engine.core.approvals import covers, plan_digest, voided
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationEvent
from engine.core.plans.plan import Plan
from engine.core.policy.decision import Outcome
from engine.core.policy.policies import policy_set_digest
from engine.service.gate import gate
from engine.service.input import input_of, redacted
from engine.service.journal import advance
from engine.service.known import require_uncrossed
from engine.service.prepare import Prepared
from engine.service.services import Services


async def decide(services: Services, operation: Operation, prepared: Prepared, plan: Plan) -> Operation:
    """Move a DECIDING operation on: to APPLYING, or to where it waits or ends.

    A plan that a person has approved exactly so, under exactly these policies, is not decided again.
    """
    async with services.store.transaction() as transaction:
        bonds = await transaction.attachments.bonds(prepared.known.project)
        bound = [bond.policy for bond in bonds if bond.policy.enabled]
        sources = await transaction.policy_versions.load({policy.id: policy.version for policy in bound})
    policies = [sources[policy.id] for policy in bound]
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
            await require_uncrossed(transaction, operation, prepared.depends_on)
            return await advance(services, transaction, operation, OperationEvent.APPROVED, **digests)
    policy_input = input_of(operation, prepared, plan)
    said = await gate(services.evaluator, policies, policy_input.document())
    # Policies see secrets in clear, and may quote them.
    seen = [each for each in (plan.before, plan.after) if each is not None]
    decision = said.reworded(prepared.secrecy.strings(*seen).hidden)
    decision_id, event = services.ids.new(), _event(operation, decision.outcome)
    async with services.store.transaction() as transaction:
        if event is OperationEvent.ALLOW:
            await require_uncrossed(transaction, operation, prepared.depends_on)
        await transaction.decisions.add(decision_id, operation.id, decision, redacted(policy_input, plan))
        return await advance(
            services,
            transaction,
            operation,
            event,
            decision_id=decision_id,
            approvals=voided(operation.approvals),
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
