"""Use case: free a project of a policy."""

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import NotFound
from engine.service.lookup import find_project
from engine.service.policies.find import find_policy
from engine.service.services import Services


async def detach_policy(
    services: Services, principal: Principal, policy_name: str, project_name: str
) -> None:
    """Free a project of a policy.

    Raises:
        Forbidden: the principal lacks `policies:write`.
        NotFound: there is no such policy or project, or the one does not bind the other.
    """
    principal.require(Scope.POLICIES_WRITE)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        policy = await find_policy(transaction, policy_name)
        if not await transaction.attachments.detach(project.id, policy.id):
            raise NotFound(
                f"policy {policy_name} is not attached to project {project_name}",
                field="policy",
                hint="`intent project show` lists what is",
            )
        await transaction.audit.append(
            AuditEvent(
                at=services.clock.now(),
                actor=principal.key,
                event="policy.detached",
                project_id=project.id,
                subject=policy.name,
                facts={"version": policy.version, "digest": policy.digest},
            )
        )
