"""Forgetting old samples of policies that are asked no more; those that are asked prune as they go."""

from engine.core.limits import SAMPLES_PER_POLICY
from engine.core.policy.samples import oldest_kept
from engine.service.services import Services


async def forget_samples(services: Services) -> None:
    """Forget the samples that are too old, whichever policy they are of."""
    async with services.store.transaction() as transaction:
        before = oldest_kept(services.clock.now())
        for policy in (await transaction.policies.list())[:1]:
            # One call forgets what is too old of every policy.
            await transaction.samples.prune(policy.id, before, SAMPLES_PER_POLICY)
