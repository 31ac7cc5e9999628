"""Whether an object that was found of a lost effect may be taken for ours."""

from engine.core.errors import Conflict
from engine.core.operations.interruption import Finding, Source
from engine.core.operations.operation import Operation
from engine.ports.runner import Applied, Recovered
from engine.ports.store import Transaction
from engine.service.as_planned import as_planned
from engine.service.prepare import Prepared


async def trusted(
    transaction: Transaction, operation: Operation, prepared: Prepared, found: Recovered
) -> Recovered:
    """Return what was found, without the object where it is not surely ours.

    One that was found by its name alone counts only if it is as planned and no resource of any project
    stands for it. One that a person names counts if no other resource stands for it.

    Raises:
        Conflict: another resource stands for the object that a person names.
    """
    if found.applied is None or found.found_by not in (Source.NATURAL_ID, Source.PERSON):
        return found
    owner = await _owner(transaction, operation, prepared, found.applied)
    if found.found_by is Source.PERSON:
        if owner:
            raise Conflict(
                f"{owner} stands for this object already",
                field="adopt",
                hint="look which object it is",
            )
        return found
    if not owner and as_planned(operation, prepared, found.applied):
        return found
    *before, last = found.looks
    looks = (*before, last.model_copy(update={"finding": Finding.OTHER}))
    return Recovered(applied=None, found_by=None, looks=looks)


async def _owner(transaction: Transaction, operation: Operation, prepared: Prepared, applied: Applied) -> str:
    """Return the other resource that stands for an object, in whatever project; empty where none does."""
    object_id = None if applied.state is None else applied.state.object_id
    for project in await transaction.projects.list():
        for other in await transaction.resources.list(project.id):
            itself = (other.project_id, other.resource_id) == (operation.project_id, operation.resource_id)
            same_type = other.resource_type == prepared.job.resource_type
            if same_type and not itself and other.state is not None and other.state.object_id == object_id:
                return f"{other.resource_id} of project {project.name}"
    return ""
