"""Use case: bind a project to a policy."""

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal, Scope
from engine.service.lookup import find_project
from engine.service.policies.find import find_policy
from engine.service.services import Services


async def attach_policy(
    services: Services, principal: Principal, policy_name: str, project_name: str
) -> None:
    """Bind a project to the newest version of a policy, now and later; again is nothing new.

    Raises:
        Forbidden: the principal lacks `policies:write`.
        NotFound: there is no such policy or project.
    """
    principal.require(Scope.POLICIES_WRITE)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        policy = await find_policy(transaction, policy_name)
        await transaction.attachments.attach(project.id, policy.id)
        await transaction.audit.append(
            AuditEvent(
                at=services.clock.now(),
                actor=principal.key,
                event="policy.attached",
                project_id=project.id,
                subject=policy.name,
                facts={"version": policy.version, "digest": policy.digest},
            )
        )
