"""Use case: take a policy off a project that it was attached to by hand."""

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import NotFound
from engine.core.policy.bonds import bond
from engine.service.lookup import find_project
from engine.service.policies.audit import audit_policy
from engine.service.policies.find import find_policy
from engine.service.services import Services


async def detach_policy(
    services: Services, principal: Principal, policy_name: str, project_name: str
) -> tuple[str, ...]:
    """Detach a policy from a project, and return its labels that attach it there all the same.

    Raises:
        Forbidden: the principal lacks `policies:write`.
        NotFound: there is no such policy or project, or the one is not attached to the other by hand.
    """
    principal.require(Scope.POLICIES_WRITE)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        policy = await find_policy(transaction, policy_name)
        remaining = bond(policy, project, by_hand=False)
        labels = () if remaining is None else remaining.labels
        if not await transaction.attachments.detach(project.id, policy.id):
            raise NotFound(
                f"policy {policy_name} is not attached to project {project_name} by hand",
                field="policy",
                hint=f"its label {labels[0]} attaches it: change the labels of one of the two"
                if labels
                else f"`intent policy bindings {project_name}` lists what is",
            )
        await audit_policy(services, transaction, principal, policy, "policy.detached", project_id=project.id)
    return labels
