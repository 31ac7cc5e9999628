"""Use case: delete a policy. Its versions stay readable, because decisions name them."""

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import Conflict
from engine.core.policy.bonds import bond
from engine.core.policy.policies import Policy
from engine.core.projects import Project
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.service.policies.audit import audit_policy
from engine.service.policies.find import find_policy
from engine.service.services import Services


async def delete_policy(
    services: Services, principal: Principal, name: str, *, detach: bool = False
) -> tuple[str, ...]:
    """Delete a policy and return the names of the projects that it was detached from.

    Raises:
        Forbidden: the principal lacks `policies:write`.
        NotFound: there is no such policy.
        Conflict: it is attached to a project, by hand or by label, and `detach` does not say to detach it.
    """
    principal.require(Scope.POLICIES_WRITE)
    async with services.store.transaction() as transaction:
        policy = await find_policy(transaction, name)
        attached = await _attached(transaction, policy)
        names = tuple(project.name for project in attached)
        if names and not detach:
            raise Conflict(
                f"policy {name} is attached to {', '.join(names)}",
                field="policy",
                hint="detach it and change its labels first, or delete it with --detach",
                facts={"projects": list(names)},
            )
        for project in attached:
            await transaction.attachments.detach(project.id, policy.id)
        for waiver in await transaction.waivers.list():
            if waiver.policy_id == policy.id:
                await transaction.waivers.remove(waiver.id)
        await transaction.policies.save(policy.model_copy(update={"deleted_at": services.clock.now()}))
        facts: JsonObject = {"projects": list(names)}
        await audit_policy(services, transaction, principal, policy, "policy.deleted", facts=facts)
    return names


async def _attached(transaction: Transaction, policy: Policy) -> tuple[Project, ...]:
    by_hand = await transaction.attachments.by_hand(policy.id)
    return tuple(
        project
        for project in await transaction.projects.list()
        if bond(policy, project, by_hand=project.id in by_hand) is not None
    )
