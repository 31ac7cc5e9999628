"""Use case: show one version of a policy."""

from engine.core.auth.principals import Principal, Scope
from engine.core.policy.policies import PolicyVersion
from engine.service.policies.find import find_version
from engine.service.services import Services


async def show_policy(
    services: Services, principal: Principal, name: str, version: int | None = None
) -> PolicyVersion:
    """Return a version of a policy, also of a deleted one, its newest where none is named.

    Raises:
        Forbidden: the principal lacks `policies:read`.
        NotFound: there is no such policy or version.
    """
    principal.require(Scope.POLICIES_READ)
    async with services.store.transaction() as transaction:
        return await find_version(transaction, name, version)
