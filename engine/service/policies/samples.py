"""Use case: list the samples of a policy."""

from engine.core.auth.principals import Principal, Scope
from engine.core.limits import SAMPLES_PER_POLICY
from engine.core.policy.decision import Outcome
from engine.core.policy.samples import Sample, oldest_kept
from engine.service.policies.find import find_policy_ever
from engine.service.policies.show_sample import sees_sample
from engine.service.services import Services


async def list_samples(
    services: Services, principal: Principal, name: str, *, outcome: Outcome | None = None
) -> tuple[Sample, ...]:
    """Return the samples of a policy, newest first, at most 100 and none older than 7 days.

    Those of operations that the principal may not know of are left out.

    Raises:
        Forbidden: the principal lacks `policies:read` or `resources:read`: samples show what resources are.
        NotFound: there never was such a policy.
    """
    principal.require(Scope.POLICIES_READ)
    principal.require(Scope.RESOURCES_READ)
    oldest = oldest_kept(services.clock.now())
    async with services.store.transaction() as transaction:
        policy = await find_policy_ever(transaction, name)
        found = await transaction.samples.list(policy.id, outcome, SAMPLES_PER_POLICY)
        kept = [sample for sample in found if sample.at >= oldest]
        return tuple([each for each in kept if await sees_sample(transaction, principal, each)])
