"""Use case: ask any policies about what was recorded: an operation, a decision or a sample."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.policy.decision import Decision, Outcome
from engine.core.policy.policies import PolicySource
from engine.core.policy.rules import RULES
from engine.core.values import JsonObject, redacted_paths
from engine.service.policies.judge_alone import judge_alone
from engine.service.policies.recorded import find_recorded
from engine.service.policies.show_sample import show_sample
from engine.service.services import Services


class Recorded(BaseModel):
    """What was recorded: of a sample what its one policy said and would have decided alone."""

    model_config = ConfigDict(frozen=True)

    sort: Literal["decision", "sample"]
    id: str
    operation_id: str
    outcome: Outcome
    deny: tuple[str, ...]
    allow: tuple[str, ...]
    review: tuple[str, ...]
    warn: tuple[str, ...]
    policies: tuple[str, ...]


class Simulation(BaseModel):
    """A decision of given policies beside the recorded one.

    Attributes:
        decision: of the given policies alone.
        redacted: dotted paths of the recorded input that hide a secret; the recorded decision saw the value.
    """

    model_config = ConfigDict(frozen=True)

    recorded: Recorded
    decision: Decision
    redacted: tuple[str, ...]


async def simulate(
    services: Services,
    principal: Principal,
    policies: Sequence[PolicySource],
    *,
    operation: str | None = None,
    sample: str | None = None,
) -> Simulation:
    """Return what the policies alone decide about a recorded operation (or decision), or about a sample.

    Raises:
        Forbidden: the principal lacks `policies:read` or `resources:read`.
        InvalidInput, NotFound: see `find_recorded` and `show_sample`.
    """
    principal.require(Scope.POLICIES_READ)
    principal.require(Scope.RESOURCES_READ)
    recorded, policy_input = (
        await _decision(services, principal, operation)
        if operation is not None
        else await _sample(services, principal, sample or "")
    )
    return Simulation(
        recorded=recorded,
        decision=await judge_alone(services.evaluator, policies, policy_input),
        redacted=redacted_paths(policy_input),
    )


async def _decision(
    services: Services, principal: Principal, recorded_id: str
) -> tuple[Recorded, JsonObject]:
    async with services.store.transaction() as transaction:
        found = await find_recorded(transaction, principal, recorded_id)
    recorded = Recorded(
        sort="decision",
        id=found.id,
        operation_id=found.operation.id,
        outcome=found.decision.outcome,
        **{rule: getattr(found.decision, rule) for rule in RULES},
        policies=found.decision.versions,
    )
    return recorded, found.policy_input


async def _sample(services: Services, principal: Principal, sample_id: str) -> tuple[Recorded, JsonObject]:
    found = await show_sample(services, principal, sample_id)
    recorded = Recorded(
        sort="sample",
        id=found.id,
        operation_id=found.operation_id,
        outcome=found.outcome,
        **{rule: getattr(found.answer, rule) for rule in RULES},
        policies=(f"{found.answer.name} v{found.policy_version}",),
    )
    return recorded, found.policy_input
