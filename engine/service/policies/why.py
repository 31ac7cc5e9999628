"""Use case: say why the policies decided about an operation as they did."""

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import NotFound
from engine.core.policy.decision import Outcome
from engine.core.policy.explain import Explanation
from engine.core.policy.waivers import UsedWaiver
from engine.core.providers.names import suggestion
from engine.core.values import redacted_paths
from engine.service.policies.recorded import deciders, find_recorded
from engine.service.services import Services


class Why(BaseModel):
    """Why a recorded decision came out as it did.

    Attributes:
        outcome: of the decision, as recorded.
        policies: an explanation for each policy that was asked and is stored as it was.
        lost: the others, as `name v3`.
        waivers: those that turned what a policy denies into warnings.
        not_applicable: policies that bind the project and were not asked, as `name v3`.
        redacted: dotted paths of the recorded input that hide a secret. Policies saw the value itself, so
            that an explanation may differ there from what was decided.
    """

    model_config = ConfigDict(frozen=True)

    operation_id: str
    decision_id: str
    outcome: Outcome
    policies: tuple[Explanation, ...]
    waivers: tuple[UsedWaiver, ...]
    lost: tuple[str, ...]
    not_applicable: tuple[str, ...]
    redacted: tuple[str, ...]


async def why(
    services: Services, principal: Principal, recorded_id: str, *, policy: str | None = None
) -> Why:
    """Explain a decision, or what one policy said in it, on the recorded input.

    `recorded_id` is the id of an operation, of which the last decision counts, or that of a decision.

    Raises:
        Forbidden: the principal lacks `policies:read` or `resources:read`.
        InvalidInput: the text is no id.
        NotFound: there is no such operation or decision, no policy was asked, or not the one that is named.
    """
    principal.require(Scope.POLICIES_READ)
    principal.require(Scope.RESOURCES_READ)
    async with services.store.transaction() as transaction:
        recorded = await find_recorded(transaction, principal, recorded_id)
        asked = await deciders(transaction, recorded.decision)
    names = [answer.name for answer in recorded.decision.policies]
    if policy is not None and policy not in names:
        raise NotFound(
            f"policy {policy} was not asked in this decision",
            field="policy",
            hint=suggestion(policy, names) or f"asked were: {', '.join(names) or 'none'}",
        )
    explanations = [
        await services.explainer.explain(version, recorded.policy_input)
        for version in asked.versions
        if policy in (None, version.name)
    ]
    return Why(
        operation_id=recorded.operation.id,
        decision_id=recorded.id,
        outcome=recorded.decision.outcome,
        policies=tuple(explanations),
        waivers=recorded.decision.waivers,
        lost=tuple(f"{answer.name} v{answer.version}" for answer in asked.lost),
        not_applicable=tuple(f"{each.name} v{each.version}" for each in recorded.decision.not_applicable),
        redacted=redacted_paths(recorded.policy_input),
    )
