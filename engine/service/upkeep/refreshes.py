"""Scheduled refreshes: asking for each resource, once in every slot, how the cloud differs."""

from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import Final, NamedTuple

from engine.core.auth.principals import system
from engine.core.lifetimes import closed
from engine.core.limits import UPKEEP_OPERATIONS_MAX
from engine.core.operations.states import RUNNING_STATES, OperationState
from engine.core.projects import Project
from engine.core.schedules import due_slot
from engine.ports.store import Transaction
from engine.service.locking import is_locked
from engine.service.lookup import find_project_by_id
from engine.service.refresh import refresh
from engine.service.services import Services
from engine.service.upkeep.found import Pass

# What keeps a resource from being compared: the next pass in the slot may find it free.
_BUSY: Final = RUNNING_STATES | {OperationState.QUEUED, OperationState.INTERRUPTED}


class _Due(NamedTuple):
    project_id: str
    resource_id: str
    slot: int


async def begin_refreshes(services: Services, found: Pass, projects: Sequence[Project], room: int) -> None:
    """Ask for at most `room` refreshes that are due, one of each project in turn."""
    rows: list[list[_Due]] = []
    for project in projects if room > 0 else ():
        with found.item(f"schedule of project {project.name}"):
            rows.append(await _due(services, project))
    in_turn = [due for due in chain.from_iterable(zip_longest(*rows)) if due is not None]
    for due in in_turn[: max(room, 0)]:
        with found.item(f"refresh of {due.resource_id}"):
            await _begin(services, found, due)


async def _due(services: Services, project: Project) -> list[_Due]:
    """Return what is due of a project, the resources that have waited longest in their slot first."""
    if not project.refresh_seconds or closed(project, services.clock.now()):
        return []
    async with services.store.transaction() as transaction:
        return await _due_now(services, transaction, project)


async def _due_now(services: Services, transaction: Transaction, project: Project) -> list[_Due]:
    now = services.clock.now()
    if closed(project, now) or await is_locked(services, transaction, project.id):
        return []
    busy = {
        operation.resource_id
        for operation in await transaction.operations.list(project.id, None, UPKEEP_OPERATIONS_MAX, _BUSY)
    }
    due: list[_Due] = []
    for resource in await transaction.resources.list(project.id):
        slot = due_slot(project, resource.resource_id, resource.created_at, now)
        seen = project.refreshed.get(resource.resource_id)
        if slot is not None and slot != seen and resource.resource_id not in busy:
            due.append(_Due(project.id, resource.resource_id, slot))
    return due


async def _begin(services: Services, found: Pass, due: _Due) -> None:
    """Take the slot, then ask: who dies in between has missed it, and nobody asks twice."""
    async with services.store.transaction() as transaction:
        project = await find_project_by_id(transaction, due.project_id)
        if due not in await _due_now(services, transaction, project):
            return
        living = {resource.resource_id for resource in await transaction.resources.list(project.id)}
        slots = {**project.refreshed, due.resource_id: due.slot}
        kept = {name: slot for name, slot in slots.items() if name in living}
        await transaction.projects.save(project.model_copy(update={"refreshed": kept}))
    operation = await refresh(
        services,
        system(),
        project.name,
        resource_id=due.resource_id,
        reason="scheduled",
        idempotency_key=f"refresh:{due.resource_id}:{project.refresh_seconds}:{due.slot}",
    )
    if operation.state is OperationState.QUEUED:
        found.due.append(operation.id)
