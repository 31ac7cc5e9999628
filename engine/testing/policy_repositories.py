"""Policies, their versions and attachments, waivers and samples in memory.

Records are copied on the way in and out: who changes one that was kept or read changes nothing here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.core.errors import Conflict, NotFound
from engine.core.policy.bonds import Bond, bond
from engine.core.policy.decision import Outcome
from engine.core.policy.policies import Policy, PolicyVersion
from engine.core.policy.samples import Sample
from engine.core.policy.waivers import Waiver
from engine.core.projects import Project
from engine.testing.tables import Tables


class MemoryPolicies:
    """Implements `engine.ports.policies.Policies`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def find(self, name: str) -> Policy | None:
        """Return the policy of that name that is not deleted."""
        living = (p for p in self._tables.policies.values() if p.name == name and p.deleted_at is None)
        return next((policy.model_copy(deep=True) for policy in living), None)

    async def list(self) -> Sequence[Policy]:
        """Return every policy, deleted ones too, by name; of one name the oldest first."""
        found = sorted(self._tables.policies.values(), key=lambda p: (p.name, p.id))
        return [policy.model_copy(deep=True) for policy in found]

    async def save(self, policy: Policy) -> None:
        """Keep a new policy or replace a stored one. Raises Conflict where another one has its name."""
        namesake = await self.find(policy.name)
        if policy.deleted_at is None and namesake is not None and namesake.id != policy.id:
            raise Conflict(f"there is a policy {policy.name} already", field="name")
        self._tables.policies[policy.id] = policy.model_copy(deep=True)


class MemoryPolicyVersions:
    """Implements `engine.ports.policies.PolicyVersions`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def find(self, policy_id: str, version: int) -> PolicyVersion | None:
        """Return one version."""
        return (await self.load({policy_id: version})).get(policy_id)

    async def list(self, policy_id: str) -> Sequence[PolicyVersion]:
        """Return every version of a policy, oldest first."""
        return [v.model_copy(deep=True) for v in self._tables.policy_versions.get(policy_id, ())]

    async def load(self, wanted: Mapping[str, int]) -> Mapping[str, PolicyVersion]:
        """Return one version of each of many policies, both by policy id; one that is missing is left out."""
        found = [v for policy_id in wanted for v in await self.list(policy_id)]
        return {v.id: v for v in found if v.version == wanted[v.id]}

    async def add(self, version: PolicyVersion) -> None:
        """Keep a version of a stored policy. Raises Conflict unless its number follows the newest."""
        versions = self._tables.policy_versions.get(version.id, ())
        if version.version != len(versions) + 1:
            raise Conflict(
                f"policy {version.name} was changed meanwhile: its next version is {len(versions) + 1}",
                field="name",
                facts={"expected": len(versions) + 1},
            )
        self._tables.policy_versions[version.id] = (*versions, version.model_copy(deep=True))


class MemoryAttachments:
    """Implements `engine.ports.policies.Attachments`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def attach(self, project_id: str, policy_id: str) -> None:
        """Attach a policy to a project by hand; again is nothing new. Raises NotFound."""
        _must_exist(self._tables, project_id, policy_id)
        self._tables.attachments.add((project_id, policy_id))

    async def detach(self, project_id: str, policy_id: str) -> bool:
        """Undo `attach`; False where there was nothing to undo."""
        attached = (project_id, policy_id) in self._tables.attachments
        self._tables.attachments.discard((project_id, policy_id))
        return attached

    async def by_hand(self, policy_id: str) -> Sequence[str]:
        """Return the ids of the projects that a policy is attached to by hand, sorted."""
        return sorted(project for project, policy in self._tables.attachments if policy == policy_id)

    async def bonds(self, project: Project) -> Sequence[Bond]:
        """Return what is attached to a project, by hand or by label, by name; disabled policies too."""
        found = [
            bond(policy, project, by_hand=(project.id, policy.id) in self._tables.attachments)
            for policy in await MemoryPolicies(self._tables).list()
        ]
        return [each for each in found if each is not None]


class MemoryWaivers:
    """Implements `engine.ports.policies.Waivers`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, waiver: Waiver) -> None:
        """Keep a waiver. Raises NotFound where its project or its policy is not stored."""
        _must_exist(self._tables, waiver.project_id, waiver.policy_id)
        self._tables.waivers[waiver.id] = waiver

    async def find(self, waiver_id: str) -> Waiver | None:
        """Return a waiver."""
        return self._tables.waivers.get(waiver_id)

    async def list(self, project_id: str | None = None) -> Sequence[Waiver]:
        """Return the waivers of a project, of all projects where none is named, oldest first."""
        found = sorted(self._tables.waivers.values(), key=lambda waiver: waiver.id)
        return [waiver for waiver in found if project_id in (None, waiver.project_id)]

    async def remove(self, waiver_id: str) -> bool:
        """Forget a waiver; False where there is none."""
        return self._tables.waivers.pop(waiver_id, None) is not None


class MemorySamples:
    """Implements `engine.ports.policies.Samples`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, sample: Sample) -> None:
        """Keep a sample."""
        self._tables.samples[sample.id] = sample.model_copy(deep=True)

    async def find(self, sample_id: str) -> Sample | None:
        """Return a sample."""
        found = self._tables.samples.get(sample_id)
        return found.model_copy(deep=True) if found else None

    async def list(self, policy_id: str | None, outcome: Outcome | None, limit: int) -> Sequence[Sample]:
        """Return samples, newest first, of one policy or of all, of one outcome or of all."""
        found = [
            sample
            for sample in self._tables.samples.values()
            if policy_id in (None, sample.policy_id) and outcome in (None, sample.outcome)
        ]
        newest_first = sorted(found, key=lambda sample: (sample.at, sample.id), reverse=True)
        return [sample.model_copy(deep=True) for sample in newest_first[:limit]]

    async def prune(self, policy_id: str, before: datetime, keep: int) -> int:
        """Forget what is older than `before`, of any policy, and all but the newest `keep` of one policy."""
        newest = {sample.id for sample in await self.list(policy_id, None, keep)}
        kept = {
            sample.id: sample
            for sample in self._tables.samples.values()
            if sample.at >= before and (sample.policy_id != policy_id or sample.id in newest)
        }
        forgotten = len(self._tables.samples) - len(kept)
        self._tables.samples = kept
        return forgotten


def _must_exist(tables: Tables, project_id: str, policy_id: str) -> None:
    if project_id not in tables.projects:
        raise NotFound("there is no such project", field="project")
    if policy_id not in tables.policies:
        raise NotFound("there is no such policy", field="policy")
