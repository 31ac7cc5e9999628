"""Use case: attach the policies of a pack to a project. What is in a pack is the caller's to say."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.packs import PackedPolicy, PolicyPack
from engine.core.policy.policies import Policy, PolicyVersion, policy_of
from engine.ports.store import Transaction
from engine.service.lookup import find_project
from engine.service.policies.audit import audit_policy
from engine.service.policies.sound import require_sound
from engine.service.services import Services

Stored = Literal["added", "unchanged", "kept"]


class AttachedPolicy(BaseModel):
    """One policy of the pack, as it stands now.

    Attributes:
        stored: `added` now; `unchanged` where it was stored so before; `kept` where a policy of that name
            with another content was there, which is attached in its place.
        attached: it was attached to the project now; False where it had been before.
        enabled: whether it binds at all.
    """

    model_config = ConfigDict(frozen=True)

    policy: str
    version: int
    stored: Stored
    attached: bool
    enabled: bool


class AttachedPack(BaseModel):
    """What attaching a pack came to, by policy in the order of the pack."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    pack: str
    project: str
    policies: tuple[AttachedPolicy, ...]


async def attach_pack(
    services: Services, principal: Principal, pack: PolicyPack, project_name: str
) -> AttachedPack:
    """Store the policies of a pack and attach them to a project, all or none; again is nothing new.

    A policy that is stored under the name of one of the pack's is never changed: it may be somebody's own.

    Raises:
        Forbidden: the principal lacks `policies:write`.
        NotFound: there is no such project.
        PolicyInvalid: a source of the pack failed its checks.
        Conflict: a policy of the pack was stored by somebody else at the same moment.
    """
    principal.require(Scope.POLICIES_WRITE)
    checked = {packed.name: await _checked(services, packed) for packed in pack.policies}
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        work = _Attaching(services, transaction, principal, pack.name, project.id)
        attached = [await work.attach(packed, checked) for packed in pack.policies]
    return AttachedPack(pack=pack.name, project=project.name, policies=tuple(attached))


async def _checked(services: Services, packed: PackedPolicy) -> PolicyMetadata:
    return (await require_sound(services, packed.candidate, "pack", "mend the policy in the pack")).metadata


class _Attaching:
    """One pack on its way to one project, in one transaction."""

    def __init__(
        self, services: Services, transaction: Transaction, principal: Principal, pack: str, project_id: str
    ) -> None:
        self._services = services
        self._transaction = transaction
        self._principal = principal
        self._pack = pack
        self._project_id = project_id

    async def attach(self, packed: PackedPolicy, metadata: Mapping[str, PolicyMetadata]) -> AttachedPolicy:
        policy = await self._transaction.policies.find(packed.name)
        stored: Stored = "unchanged"
        if policy is None:
            stored, policy = "added", await self._add(packed, metadata[packed.name])
        elif policy.digest != packed.candidate.digest:
            stored = "kept"
        attachments = self._transaction.attachments
        new = self._project_id not in await attachments.by_hand(policy.id)
        if new:
            await attachments.attach(self._project_id, policy.id)
            await self._audit(policy, "policy.attached", self._project_id)
        return AttachedPolicy(
            policy=policy.name, version=policy.version, stored=stored, attached=new, enabled=policy.enabled
        )

    async def _add(self, packed: PackedPolicy, metadata: PolicyMetadata) -> Policy:
        first = PolicyVersion(
            id=self._services.ids.new(),
            name=packed.name,
            version=1,
            rego_version=packed.candidate.rego_version,
            source=packed.source,
            parameters=packed.parameters,
            metadata=metadata,
            created_at=self._services.clock.now(),
            created_by=self._principal.key,
        )
        policy = policy_of(first)
        await self._transaction.policies.save(policy)
        await self._transaction.policy_versions.add(first)
        await self._audit(policy, "policy.added", "")
        return policy

    async def _audit(self, policy: Policy, event: str, project_id: str) -> None:
        await audit_policy(
            self._services,
            self._transaction,
            self._principal,
            policy,
            event,
            project_id=project_id,
            facts={"pack": self._pack},
        )
