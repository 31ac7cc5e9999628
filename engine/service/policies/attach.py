"""Use case: attach a policy to a project by hand."""

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import Conflict
from engine.core.policy.policies import Policy
from engine.service.lookup import find_project
from engine.service.policies.audit import audit_policy
from engine.service.policies.find import find_policy
from engine.service.services import Services


async def attach_policy(
    services: Services, principal: Principal, policy_name: str, project_name: str
) -> Policy:
    """Attach a policy to a project, its newest version now and later, and return the policy.

    Raises:
        Forbidden: the principal lacks `policies:write`.
        NotFound: there is no such policy or project.
        Conflict: it is attached to the project by hand already.
    """
    principal.require(Scope.POLICIES_WRITE)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        policy = await find_policy(transaction, policy_name)
        if project.id in await transaction.attachments.by_hand(policy.id):
            raise Conflict(
                f"policy {policy_name} is attached to project {project_name} already",
                field="policy",
                hint="there is nothing to do: its newest version counts at once",
            )
        await transaction.attachments.attach(project.id, policy.id)
        await audit_policy(services, transaction, principal, policy, "policy.attached", project_id=project.id)
    return policy
