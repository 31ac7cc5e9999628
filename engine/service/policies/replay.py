"""Use case: ask the versions that made a decision again, on the recorded input."""

from engine.core.auth.principals import Principal, Scope
from engine.core.policy.decision import PolicyAnswer, decide
from engine.core.policy.replay import Replay, compare
from engine.core.values import redacted_paths
from engine.service.policies.recorded import deciders, find_recorded
from engine.service.services import Services


async def replay(services: Services, principal: Principal, recorded_id: str) -> Replay:
    """Return a decision beside its replay, waivers included; nothing is stored.

    `recorded_id` is the id of an operation, of which the last decision counts, or that of a decision.

    Raises:
        Forbidden: the principal lacks `policies:read` or `resources:read`.
        InvalidInput, NotFound: see `find_recorded`.
    """
    principal.require(Scope.POLICIES_READ)
    principal.require(Scope.RESOURCES_READ)
    async with services.store.transaction() as transaction:
        recorded = await find_recorded(transaction, principal, recorded_id)
        asked = await deciders(transaction, recorded.decision)
    said = await services.evaluator.evaluate(asked.versions, recorded.policy_input)
    answers: dict[str, PolicyAnswer] = {answer.policy_id: answer for answer in (*asked.lost, *said)}
    was = recorded.decision
    replayed = decide(
        [answers[answer.policy_id] for answer in was.policies],
        skipped=was.not_applicable,
        waivers=was.waivers,
        input_digest=was.input_digest,
        policy_digest=was.policy_digest,
        engine=services.evaluator.engine,
    )
    return compare(
        was,
        replayed,
        decision_id=recorded.id,
        operation_id=recorded.operation.id,
        lost=asked.lost,
        redacted=redacted_paths(recorded.policy_input),
    )
