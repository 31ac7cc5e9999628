"""The audit rows of policies: who did what to which version of which policy."""

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal
from engine.core.policy.policies import Policy
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.service.services import Services


async def audit_policy(
    services: Services,
    transaction: Transaction,
    principal: Principal,
    policy: Policy,
    event: str,
    *,
    project_id: str = "",
    facts: JsonObject | None = None,
) -> None:
    """Append what happened to a policy to the audit chain, with its version and digest, and further facts."""
    named: JsonObject = {"policy_id": policy.id, "version": policy.version, "digest": policy.digest}
    await transaction.audit.append(
        AuditEvent(
            at=services.clock.now(),
            actor=principal.key,
            event=event,
            project_id=project_id,
            subject=policy.name,
            facts={**named, **(facts or {})},
        )
    )
