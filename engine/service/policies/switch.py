"""Use case: keep a policy from binding anything without detaching it, and let it bind again."""

from engine.core.auth.principals import Principal, Scope
from engine.core.policy.policies import Policy
from engine.service.policies.audit import audit_policy
from engine.service.policies.find import find_policy
from engine.service.services import Services


async def switch_policy(services: Services, principal: Principal, name: str, *, enabled: bool) -> Policy:
    """Enable or disable a policy wherever it is attached, and return it; again is nothing new.

    Raises:
        Forbidden: the principal lacks `policies:write`.
        NotFound: there is no such policy.
    """
    principal.require(Scope.POLICIES_WRITE)
    async with services.store.transaction() as transaction:
        policy = await find_policy(transaction, name)
        if policy.enabled is not enabled:
            policy = policy.model_copy(update={"enabled": enabled})
            await transaction.policies.save(policy)
            event = "policy.enabled" if enabled else "policy.disabled"
            await audit_policy(services, transaction, principal, policy, event)
    return policy
