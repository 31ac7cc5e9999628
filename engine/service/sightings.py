"""Remembering which resources were found to differ from what is kept of them, whoever asked for that."""

from collections.abc import Iterable
from datetime import datetime

from engine.core.limits import SIGHTING_PATHS_MAX
from engine.core.operations.operation import Operation, OperationKind
from engine.core.projects import Project, Sighting
from engine.core.resources import Resource
from engine.ports.store import Transaction
from engine.service.lookup import find_project_by_id


async def note_sighting(transaction: Transaction, operation: Operation, at: datetime) -> None:
    """Note in its project what a refresh that ended found of its resource; others find nothing.

    Raises:
        NotFound: the project was deleted meanwhile.
    """
    if operation.kind is not OperationKind.REFRESH:
        return
    project = await find_project_by_id(transaction, operation.project_id)
    living = {r.resource_id: r for r in await transaction.resources.list(project.id)}
    current = current_sightings(project, living.values())
    before = current.pop(operation.resource_id, None)
    if operation.drift or operation.missing:
        current[operation.resource_id] = Sighting(
            operation_id=operation.id,
            since=before.since if before is not None else at,
            seen_at=at,
            changed=tuple(difference.path for difference in operation.drift[:SIGHTING_PATHS_MAX]),
            missing=operation.missing,
        )
    if current != dict(project.sightings):
        await transaction.projects.save(project.model_copy(update={"sightings": current}))


def current_sightings(project: Project, living: Iterable[Resource]) -> dict[str, Sighting]:
    """Return what was found of living resources since their newest version was kept, by resource id."""
    return {
        resource.resource_id: seen
        for resource in living
        if (seen := project.sightings.get(resource.resource_id)) is not None
        and seen.seen_at >= resource.created_at
    }
