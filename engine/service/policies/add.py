"""Use case: store a policy, or a new version of one."""

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import Conflict
from engine.core.policy.policies import (
    Finding,
    Policy,
    PolicyVersion,
    RegoVersion,
    parse_parameters,
    parse_policy_name,
    policy_of,
)
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.service.policies.audit import audit_policy
from engine.service.policies.place import placed
from engine.service.policies.sound import require_sound
from engine.service.services import Services


class AddedPolicy(BaseModel):
    """A policy as it stands, its newest version, and what the check warned of."""

    model_config = ConfigDict(frozen=True)

    policy: Policy
    version: PolicyVersion
    warnings: tuple[Finding, ...]


async def add_policy(
    services: Services,
    principal: Principal,
    name: str,
    source: str,
    rego_version: RegoVersion,
    *,
    parameters: JsonValue = None,
    labels: tuple[str, ...] | None = None,
    space: str | None = None,
) -> AddedPolicy:
    """Check a source and store it as the policy's next version; the same again stores no version.

    What is None stays as it is: the parameters of the version before, the labels and the space of the policy.

    Raises:
        Forbidden: the principal lacks `policies:write`.
        InvalidInput: the name, a label, the space or the parameters are malformed.
        PolicyInvalid: the source failed its checks; the version before stays in force.
        Conflict: another version was stored meanwhile.
    """
    principal.require(Scope.POLICIES_WRITE)
    parse_policy_name(name)
    changes = placed(labels, space)
    async with services.store.transaction() as transaction:
        before = await _newest(transaction, name)
    candidate = PolicyVersion(
        id=services.ids.new() if before is None else before.id,
        name=name,
        version=1 if before is None else before.version + 1,
        rego_version=rego_version,
        source=source,
        parameters=_parameters(parameters, before),
        created_at=services.clock.now(),
        created_by=principal.key,
    )
    version, warnings = await _checked(services, candidate)
    async with services.store.transaction() as transaction:
        stored = await transaction.policies.find(name)
        _require_unchanged(stored, before)
        if before is not None and (before.digest, before.metadata) == (version.digest, version.metadata):
            version = before
        policy = _with_version(stored, version).model_copy(update=changes)
        if policy != stored:
            await transaction.policies.save(policy)
            event = "policy.labelled" if version is before else "policy.added"
            await audit_policy(services, transaction, principal, policy, event, facts=policy.placement)
        if version is not before:
            await transaction.policy_versions.add(version)
    return AddedPolicy(policy=policy, version=version, warnings=warnings)


def _parameters(given: JsonValue, before: PolicyVersion | None) -> JsonObject:
    kept = {} if before is None else before.parameters
    return kept if given is None else parse_parameters(given)


def _with_version(stored: Policy | None, version: PolicyVersion) -> Policy:
    return policy_of(version) if stored is None else stored.at_version(version)


def _require_unchanged(stored: Policy | None, before: PolicyVersion | None) -> None:
    found = None if stored is None else (stored.id, stored.version)
    if found != (None if before is None else (before.id, before.version)):
        raise Conflict(
            "this policy was changed meanwhile", field="name", hint="look at it again and repeat the request"
        )


async def _newest(transaction: Transaction, name: str) -> PolicyVersion | None:
    policy = await transaction.policies.find(name)
    return None if policy is None else await transaction.policy_versions.find(policy.id, policy.version)


async def _checked(services: Services, candidate: PolicyVersion) -> tuple[PolicyVersion, tuple[Finding, ...]]:
    """Return the version with what it says about itself, and what the check warns of."""
    checked = await require_sound(services, candidate, "source")
    return candidate.model_copy(update={"metadata": checked.metadata}), checked.findings
