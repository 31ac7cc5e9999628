"""Use case: list the policies."""

from engine.core.auth.principals import Principal, Scope
from engine.core.policy.policies import Policy
from engine.service.services import Services


async def list_policies(services: Services, principal: Principal) -> tuple[Policy, ...]:
    """Return the policies that are not deleted, by name.

    Raises:
        Forbidden: the principal lacks `policies:read`.
    """
    principal.require(Scope.POLICIES_READ)
    async with services.store.transaction() as transaction:
        return tuple(p for p in await transaction.policies.list() if p.deleted_at is None)
