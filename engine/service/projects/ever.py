"""Finding a project that may have been deleted: its operations and its audit entries are kept for good."""

from typing import Final

from engine.core.errors import NotFound
from engine.ports.store import Transaction
from engine.service.lookup import find_project, find_project_by_id

# The audit event that ends a project.
DELETED: Final = "project.deleted"


async def find_project_ever(transaction: Transaction, name: str) -> tuple[str, str]:
    """Return id and name of the project of that name, else of the last deleted one of that name or id.

    Raises:
        InvalidInput: the text can name no project.
        NotFound: there never was one.
    """
    try:
        project = await find_project(transaction, name)
    except NotFound:
        for entry in reversed(await transaction.audit.entries()):
            if entry.event == DELETED and name in (entry.subject, entry.project_id):
                return entry.project_id, entry.subject
        raise
    return project.id, project.name


async def project_name_ever(transaction: Transaction, project_id: str) -> str:
    """Return the name of the project of that id, living or deleted.

    Raises:
        NotFound: it was deleted meanwhile and its audit entries are gone.
    """
    try:
        return (await find_project_by_id(transaction, project_id)).name
    except NotFound:
        for entry in await transaction.audit.entries(project_id):
            if entry.event == DELETED:
                return entry.subject
        raise
