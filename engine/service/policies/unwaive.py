"""Use case: take a waiver back before it expires."""

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import NotFound
from engine.core.policy.waivers import Waiver
from engine.service.policies.audit import audit_policy
from engine.service.policies.find import find_policy
from engine.service.services import Services


async def unwaive_policy(services: Services, principal: Principal, waiver_id: str) -> Waiver:
    """Remove a waiver, also one that has expired, and return it; from now on the policy denies again.

    Raises:
        Forbidden: the principal lacks `policies:write`.
        NotFound: there is no such waiver.
    """
    principal.require(Scope.POLICIES_WRITE)
    async with services.store.transaction() as transaction:
        waiver = await transaction.waivers.find(waiver_id)
        if waiver is None:
            raise NotFound(
                f"there is no waiver {waiver_id}", field="waiver", hint="`intent policy waivers` lists them"
            )
        await transaction.waivers.remove(waiver.id)
        policy = await find_policy(transaction, waiver.policy)
        await audit_policy(
            services,
            transaction,
            principal,
            policy,
            "policy.unwaived",
            project_id=waiver.project_id,
            facts={"id": waiver.id},
        )
    return waiver
