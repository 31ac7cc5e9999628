"""Keeping policies, what binds which project, waivers and samples: repositories within one transaction.

As in `engine.ports.store`, every method raises StoreFailed where the database cannot be read or written.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.core.policy.bonds import Bond
from engine.core.policy.decision import Outcome
from engine.core.policy.policies import Policy, PolicyVersion
from engine.core.policy.samples import Sample
from engine.core.policy.waivers import Waiver
from engine.core.projects import Project


class Policies(Protocol):
    """Policies as objects; a name belongs to at most one that is not deleted."""

    async def find(self, name: str) -> Policy | None:
        """Return the policy of that name that is not deleted."""
        ...

    async def list(self) -> Sequence[Policy]:
        """Return every policy, deleted ones too, by name; of one name the oldest first."""
        ...

    async def save(self, policy: Policy) -> None:
        """Keep a new policy or replace a stored one. Raises Conflict where another one has its name."""
        ...


class PolicyVersions(Protocol):
    """The versions of policies, which are kept for good, those of deleted policies too."""

    async def find(self, policy_id: str, version: int) -> PolicyVersion | None:
        """Return one version."""
        ...

    async def list(self, policy_id: str) -> Sequence[PolicyVersion]:
        """Return every version of a policy, oldest first."""
        ...

    async def load(self, wanted: Mapping[str, int]) -> Mapping[str, PolicyVersion]:
        """Return one version of each of many policies, both by policy id; one that is missing is left out."""
        ...

    async def add(self, version: PolicyVersion) -> None:
        """Keep a version of a stored policy. Raises Conflict unless its number follows the newest."""
        ...


class Attachments(Protocol):
    """Which policies are attached to which projects."""

    async def attach(self, project_id: str, policy_id: str) -> None:
        """Attach a policy to a project by hand; again is nothing new. Raises NotFound."""
        ...

    async def detach(self, project_id: str, policy_id: str) -> bool:
        """Undo `attach`; False where there was nothing to undo."""
        ...

    async def by_hand(self, policy_id: str) -> Sequence[str]:
        """Return the ids of the projects that a policy is attached to by hand, sorted."""
        ...

    async def bonds(self, project: Project) -> Sequence[Bond]:
        """Return what is attached to a project, by hand or by label, by name; disabled policies too."""
        ...


class Waivers(Protocol):
    """Waivers; one whose time is over stays until it is removed or its project is."""

    async def add(self, waiver: Waiver) -> None:
        """Keep a waiver. Raises NotFound where its project or its policy is not stored."""
        ...

    async def find(self, waiver_id: str) -> Waiver | None:
        """Return a waiver."""
        ...

    async def list(self, project_id: str | None = None) -> Sequence[Waiver]:
        """Return the waivers of a project, of all projects where none is named, oldest first."""
        ...

    async def remove(self, waiver_id: str) -> bool:
        """Forget a waiver; False where there is none."""
        ...


class Samples(Protocol):
    """Samples of what policies said."""

    async def add(self, sample: Sample) -> None:
        """Keep a sample."""
        ...

    async def find(self, sample_id: str) -> Sample | None:
        """Return a sample."""
        ...

    async def list(self, policy_id: str | None, outcome: Outcome | None, limit: int) -> Sequence[Sample]:
        """Return samples, newest first, of one policy or of all, of one outcome or of all."""
        ...

    async def prune(self, policy_id: str, before: datetime, keep: int) -> int:
        """Forget what is older than `before`, of any policy, and all but the newest `keep` of one policy.

        Returns:
            How many samples were forgotten.
        """
        ...
