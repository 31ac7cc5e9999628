"""Keeping samples of a decision: what each policy said that asks for it, or whose project does."""

from engine.core.limits import SAMPLES_PER_POLICY
from engine.core.operations.operation import Operation
from engine.core.policy.decision import Decision, combine
from engine.core.policy.samples import Sample, oldest_kept
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.service.lookup import find_project_by_id
from engine.service.services import Services


async def keep_samples(
    services: Services,
    transaction: Transaction,
    operation: Operation,
    decision: Decision,
    policy_input: JsonObject,
) -> None:
    """Keep a sample of each policy that said `sample`, of every one where the project wants it.

    Decision and input are redacted already. Older samples make room.

    Raises:
        NotFound: the project was deleted meanwhile.
    """
    project = await find_project_by_id(transaction, operation.project_id)
    now = services.clock.now()
    for answer in decision.policies:
        if not (answer.sample or project.sample_policies):
            continue
        outcome, _ = combine([answer])
        sample = Sample(
            id=services.ids.new(),
            policy_id=answer.policy_id,
            policy_version=answer.version,
            project_id=operation.project_id,
            operation_id=operation.id,
            at=now,
            outcome=outcome,
            answer=answer,
            policy_input=policy_input,
        )
        await transaction.samples.add(sample)
        await transaction.samples.prune(answer.policy_id, oldest_kept(now), SAMPLES_PER_POLICY)
