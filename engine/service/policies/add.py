"""Use case: store a policy, or a new version of one."""

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import PolicyInvalid
from engine.core.policy.policies import (
    PolicySource,
    PolicyVersion,
    RegoVersion,
    parse_policy_name,
    policy_of,
)
from engine.service.policies.find import find_version
from engine.service.services import Services


async def add_policy(
    services: Services, principal: Principal, name: str, source: str, rego_version: RegoVersion
) -> PolicyVersion:
    """Check a source and store it as the policy's next version; the same again stores nothing.

    Raises:
        Forbidden: the principal lacks `policies:write`.
        InvalidInput: the name is malformed.
        PolicyInvalid: the source failed its checks; the version before stays in force.
    """
    principal.require(Scope.POLICIES_WRITE)
    parse_policy_name(name)
    candidate = PolicySource(id="", name=name, version=0, rego_version=rego_version, source=source)
    checked = await services.evaluator.check(candidate)
    if checked.blocked:
        raise PolicyInvalid(
            "; ".join(str(f) for f in checked.findings if f.blocking),
            field="source",
            hint="mend the source and check it with `intent policy check`",
            facts={"findings": [f.model_dump(mode="json") for f in checked.findings]},
        )
    now = services.clock.now()
    async with services.store.transaction() as transaction:
        newest = await transaction.policies.find(name)
        if newest is not None and newest.digest == candidate.digest:
            return await find_version(transaction, name)
        policy = PolicyVersion(
            id=newest.id if newest is not None else services.ids.new(),
            name=name,
            version=newest.version + 1 if newest is not None else 1,
            rego_version=rego_version,
            source=source,
            metadata=checked.metadata,
            created_at=now,
            created_by=principal.key,
        )
        await transaction.policies.save(policy_of(policy) if newest is None else newest.at_version(policy))
        await transaction.policy_versions.add(policy)
        await transaction.audit.append(
            AuditEvent(
                at=now,
                actor=principal.key,
                event="policy.added",
                subject=name,
                facts={"version": policy.version, "digest": policy.digest},
            )
        )
    return policy
