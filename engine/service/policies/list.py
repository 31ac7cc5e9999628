"""Use case: list the policies."""

from engine.core.auth.principals import Principal, Scope
from engine.core.policy.policies import PolicyVersion
from engine.service.services import Services


async def list_policies(services: Services, principal: Principal) -> tuple[PolicyVersion, ...]:
    """Return the newest version of each policy by name.

    Raises:
        Forbidden: the principal lacks `policies:read`.
    """
    principal.require(Scope.POLICIES_READ)
    async with services.store.transaction() as transaction:
        return tuple(await transaction.policies.list())
