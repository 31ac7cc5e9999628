"""Use case: a project at a glance: resources, policies, what waits for review, what was done last."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.limits import LIST_DEFAULT, LIST_MAX
from engine.core.operations.states import RUNNING_STATES, OperationState
from engine.core.projects import Project
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.service.history import HistoryLine, history_line
from engine.service.locking import visit_project
from engine.service.projects.locked import ReportedLock, reported_lock
from engine.service.projects.standing import DriftedResource, Lifetime, drifted_of, lifetime_of, missing_of
from engine.service.services import Services

_WAITING = {OperationState.PENDING_REVIEW, OperationState.READY_FOR_EXECUTION, OperationState.INTERRUPTED}


class ListedResource(BaseModel):
    """One resource in a project's list; `missing` where the last look did not find its object."""

    model_config = ConfigDict(frozen=True)

    resource_id: str
    resource_type: str
    provider: str
    provider_version: str
    provider_alias: str
    version: int
    tainted: bool
    missing: bool
    depends_on: tuple[str, ...]


class UsedProvider(BaseModel):
    """A provider at the version that a project has locked."""

    model_config = ConfigDict(frozen=True)

    provider: str
    version: str
    constraints: str


class ProjectReport(BaseModel):
    """What is published of a project; its provider settings hold no secrets, which are refused there.

    Attributes:
        provider_settings: by `namespace/name` or `namespace/name.alias`.
        warnings: about settings that were just given; empty anywhere else.
    """

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    project: str
    id: str
    space: str
    labels: tuple[str, ...]
    created_at: str
    provider_settings: Mapping[str, JsonObject]
    provider_locks: tuple[UsedProvider, ...]
    policies: tuple[str, ...]
    sample_policies: bool
    lock: ReportedLock | None
    lifetime: Lifetime
    drifted: tuple[DriftedResource, ...]
    resources: tuple[ListedResource, ...]
    waiting: tuple[HistoryLine, ...]
    running: tuple[HistoryLine, ...]
    last: tuple[HistoryLine, ...]
    warnings: tuple[str, ...] = ()


async def show_project(services: Services, principal: Principal, name: str) -> ProjectReport:
    """Return a project at a glance.

    Raises:
        Forbidden: the principal lacks `projects:read`.
        InvalidInput, NotFound: there is no such project.
    """
    principal.require(Scope.PROJECTS_READ)
    async with services.store.transaction() as transaction:
        project = await visit_project(services, transaction, principal, name)
        lock = reported_lock(await transaction.locks.find(project.id), services.clock.now())
        resources = await transaction.resources.list(project.id)
        looked = await transaction.operations.list(project.id, None, LIST_MAX)
        missing = missing_of(looked)
        policies = [b.policy for b in await transaction.attachments.bonds(project) if b.policy.enabled]
        lines = _Lines(services, transaction, project, principal)
        waiting = await lines.of(_WAITING, LIST_MAX)
        running = await lines.of(RUNNING_STATES, LIST_MAX)
        last = await lines.of(frozenset(OperationState), LIST_DEFAULT)
    return ProjectReport(
        project=project.name,
        id=project.id,
        space=project.space,
        labels=project.labels,
        created_at=project.created_at.isoformat(),
        provider_settings={key: project.provider_settings[key] for key in sorted(project.provider_settings)},
        provider_locks=_used(project),
        policies=tuple(f"{p.name} v{p.version}" for p in policies),
        sample_policies=project.sample_policies,
        lock=lock,
        lifetime=lifetime_of(project, services.clock.now()),
        drifted=drifted_of(project, resources),
        resources=tuple(
            ListedResource(
                resource_id=r.resource_id,
                resource_type=r.resource_type,
                provider=r.provider,
                provider_version=r.provider_version,
                provider_alias=r.provider_alias,
                version=r.version,
                tainted=r.state is not None and r.state.tainted,
                missing=r.resource_id in missing and not (r.state is not None and r.state.tainted),
                depends_on=r.depends_on,
            )
            for r in resources
        ),
        waiting=waiting,
        running=running,
        last=last,
    )


def _used(project: Project) -> tuple[UsedProvider, ...]:
    return tuple(
        UsedProvider(provider=address, version=lock.version, constraints=lock.constraints)
        for address, lock in sorted(project.provider_locks.items())
    )


@dataclass(frozen=True)
class _Lines:
    """The operations of a project that a principal may know of."""

    services: Services
    transaction: Transaction
    project: Project
    principal: Principal

    async def of(self, states: Collection[OperationState], limit: int) -> tuple[HistoryLine, ...]:
        """Return the newest in these states."""
        found = await self.transaction.operations.list(
            self.project.id, None, limit, states, self.principal.horizon
        )
        return tuple([await history_line(self.services, self.transaction, each) for each in found])
