"""Finding things by the names that callers use, with errors that say what there is instead."""

from engine.core.auth.principals import Principal
from engine.core.errors import NotFound
from engine.core.ids import parse_operation_id, parse_project_name
from engine.core.operations.operation import Operation
from engine.core.projects import Project
from engine.core.providers.names import suggestion
from engine.core.resources import Resource
from engine.ports.store import Transaction


async def find_project(transaction: Transaction, name: str) -> Project:
    """Return the project of that name.

    Raises:
        InvalidInput: the text cannot name a project.
        NotFound: there is none; the hint names the nearest.
    """
    project = await transaction.projects.find(parse_project_name(name))
    if project is None:
        known = [p.name for p in await transaction.projects.list()]
        raise NotFound(
            f"there is no project {name}",
            field="project",
            hint=f"{suggestion(name, known)} `intent project create {name}` makes it".lstrip(),
        )
    return project


async def find_project_by_id(transaction: Transaction, project_id: str) -> Project:
    """Return the project of an operation.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    for project in await transaction.projects.list():
        if project.id == project_id:
            return project
    raise NotFound("the project of this operation was deleted", field="project", hint="make a new request")


async def find_resource(transaction: Transaction, project: Project, resource_id: str) -> Resource:
    """Return the living resource of that id.

    Raises:
        NotFound: there is none; the hint names the nearest.
    """
    resource = await transaction.resources.find(project.id, resource_id)
    if resource is None or resource.gone:
        known = [r.resource_id for r in await transaction.resources.list(project.id)]
        ended = " any more" if resource is not None else ""
        raise NotFound(
            f"project {project.name} has no resource {resource_id}{ended}",
            field="resource_id",
            hint=suggestion(resource_id, known) or f"`intent project show {project.name}` lists them",
        )
    return resource


async def find_operation(transaction: Transaction, operation_id: str) -> Operation:
    """Return an operation.

    Raises:
        InvalidInput: the text is no operation id.
        NotFound: there is no such operation.
    """
    operation = await transaction.operations.find(parse_operation_id(operation_id))
    if operation is None:
        raise _unknown(operation_id)
    return operation


async def visible_operation(transaction: Transaction, principal: Principal, operation_id: str) -> Operation:
    """Return an operation that a principal names; what it may not know of does not exist for it.

    Raises:
        InvalidInput: the text is no operation id.
        NotFound: there is no such operation, or it is another's; nothing tells the two apart.
    """
    operation = await find_operation(transaction, operation_id)
    # INVARIANT: the id of an operation is a handle of who asked for it, and of who may approve.
    if not await is_visible(transaction, principal, operation):
        raise _unknown(operation_id)
    return operation


async def is_visible(transaction: Transaction, principal: Principal, operation: Operation) -> bool:
    """Tell whether a principal may know of an operation: by itself, or as a part of a change set."""
    if principal.sees(operation.actor.key):
        return True
    whole = operation.change_set_id
    found = None if whole is None else await transaction.operations.find(whole)
    return found is not None and principal.sees(found.actor.key)


def _unknown(operation_id: str) -> NotFound:
    return NotFound(
        f"there is no operation {operation_id}",
        field="operation_id",
        hint="`intent operation list` shows them",
    )
