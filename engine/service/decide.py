"""Putting a planned operation before the project's policies, and moving it where they say."""

from typing import Any

from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationEvent
from engine.core.plans.plan import Plan
from engine.core.policy.decision import Outcome
from engine.service.binding import binding
from engine.service.consent import bound_digest, spent, void
from engine.service.journal import advance
from engine.service.judge import judge
from engine.service.known import require_uncrossed
from engine.service.policies.keep_samples import keep_samples
from engine.service.prepare import Prepared
from engine.service.services import Services


async def decide(services: Services, operation: Operation, prepared: Prepared, plan: Plan) -> Operation:
    """Move a DECIDING operation on: to APPLYING, or to where it waits or ends.

    A plan that a person has approved exactly so, under exactly these policies and waivers, is not decided
    again. One that is allowed is decided again where others bind by then.
    """
    async with services.store.transaction() as transaction:
        at = services.clock.now()
        bound = await binding(transaction, operation, prepared.job, plan, at)
        digest_of_plan = bound_digest(operation, prepared, plan, bound)
        digests: dict[str, Any] = {"policy_digest": bound.digest, "plan_digest": digest_of_plan}
        approvals = spent(operation, digest_of_plan, at)
        if approvals is not None:
            await require_uncrossed(transaction, operation, prepared.depends_on, services.clock.now())
            return await advance(
                services, transaction, operation, OperationEvent.APPROVED, approvals=approvals, **digests
            )
    judged = await judge(services, operation, prepared, plan, bound)
    decision_id, event = services.ids.new(), _event(operation, judged.decision.outcome)
    async with services.store.transaction() as transaction:
        allowed = event is OperationEvent.ALLOW
        at = services.clock.now()
        now = await binding(transaction, operation, prepared.job, plan, at) if allowed else bound
        # INVARIANT: nothing is applied on the word of policies that had been changed by then.
        if now.digest == bound.digest:
            if allowed:
                await require_uncrossed(transaction, operation, prepared.depends_on, services.clock.now())
            await transaction.decisions.add(decision_id, operation.id, judged.decision, judged.policy_input)
            await keep_samples(services, transaction, operation, judged.decision, judged.policy_input)
            return await advance(
                services,
                transaction,
                operation,
                event,
                facts=judged.facts,
                decision_id=decision_id,
                approvals=void(operation, prepared, plan, bound, at),
                demands=judged.decision.demands if event is OperationEvent.REVIEW else (),
                **digests,
            )
    return await decide(services, operation, prepared, plan)


def _event(operation: Operation, outcome: Outcome) -> OperationEvent:
    if operation.request.dry_run:
        return OperationEvent.DECIDED
    return {
        Outcome.ALLOWED: OperationEvent.ALLOW,
        Outcome.DENIED: OperationEvent.DENY,
        Outcome.PENDING_REVIEW: OperationEvent.REVIEW,
    }[outcome]
