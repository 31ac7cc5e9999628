"""What binds a project at a moment: its policies in force and the waivers of them. Evaluates nothing."""

from dataclasses import dataclass
from datetime import datetime

from engine.core.errors import StoreFailed
from engine.core.operations.operation import Operation
from engine.core.plans.plan import Plan
from engine.core.policy.policies import Policy, PolicyVersion, policy_set_digest
from engine.core.policy.selection import SkippedPolicy, gated, names_of, select
from engine.core.policy.waivers import Waiver, in_force
from engine.core.projects import Project
from engine.ports.runner import Job
from engine.ports.store import Transaction
from engine.service.lookup import find_project_by_id


@dataclass(frozen=True)
class Binding:
    """What decides about one operation on one resource of a project.

    Attributes:
        project: as it is now.
        digest: of all that binds, whether it applies or not; an approval is void once it is another.
        applying: the policies that apply, with their sources, by name.
        skipped: the others.
        waivers: those that hold for the resource.
    """

    project: Project
    digest: str
    applying: tuple[PolicyVersion, ...]
    skipped: tuple[SkippedPolicy, ...]
    waivers: tuple[Waiver, ...]


async def binding(
    transaction: Transaction, operation: Operation, job: Job, plan: Plan, at: datetime
) -> Binding:
    """Return what binds the project of an operation at a moment, for what its plan does.

    Raises:
        NotFound: the project was deleted meanwhile.
        StoreFailed: what is stored of a policy is not what binds.
    """
    project = await find_project_by_id(transaction, operation.project_id)
    bonds = await transaction.attachments.bonds(project)
    policies = [bond.policy for bond in bonds if bond.policy.enabled]
    bound = {policy.id for policy in policies}
    given = [waiver for waiver in await transaction.waivers.list(project.id) if waiver.policy_id in bound]
    waivers = in_force(given, resource_id=operation.resource_id, resource_type=job.resource_type, at=at)
    asked = names_of(gated(job.kind, plan.action), plan.action)
    applying, skipped = select(policies, job.resource_type, asked)
    return Binding(
        project=project,
        digest=policy_set_digest(policies, waivers),
        applying=await _sources(transaction, applying),
        skipped=skipped,
        waivers=waivers,
    )


async def _sources(transaction: Transaction, policies: tuple[Policy, ...]) -> tuple[PolicyVersion, ...]:
    loaded = await transaction.policy_versions.load({policy.id: policy.version for policy in policies})
    # INVARIANT: what is evaluated is what approvals and decisions name.
    for policy in policies:
        if policy.id not in loaded or loaded[policy.id].digest != policy.digest:
            raise StoreFailed(
                f"the stored source of policy {policy.name} v{policy.version} is not the one that binds",
                hint="the database was changed from outside; compare it with a backup",
            )
    return tuple(loaded[policy.id] for policy in policies)
