"""Use case: show what a policy is and was: the object and all its versions."""

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.policy.policies import Policy, PolicyVersion
from engine.service.policies.find import find_policy_ever
from engine.service.services import Services


class PolicyHistory(BaseModel):
    """A policy and its versions, oldest first."""

    model_config = ConfigDict(frozen=True)

    policy: Policy
    versions: tuple[PolicyVersion, ...]


async def policy_versions(services: Services, principal: Principal, name: str) -> PolicyHistory:
    """Return the policy of a name with its versions, else the last deleted one of that name or id.

    Raises:
        Forbidden: the principal lacks `policies:read`.
        NotFound: there never was one.
    """
    principal.require(Scope.POLICIES_READ)
    async with services.store.transaction() as transaction:
        policy = await find_policy_ever(transaction, name)
        versions = await transaction.policy_versions.list(policy.id)
    return PolicyHistory(policy=policy, versions=tuple(versions))
