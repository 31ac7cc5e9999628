"""Composition of the look that doctor takes at the database: nothing is made and nothing changed."""

from engine.adapters.store.inspection import inspect_database
from server.settings import Settings


async def describe_database(settings: Settings) -> str:
    """Return in words what database there is.

    Raises:
        StoreFailed: it cannot be used; says why, with the way out.
    """
    found = await inspect_database(settings.database)
    if not found.exists:
        return f"{found.path}, made when it is first needed"
    if found.revision == found.newest:
        return f"{found.path}, schema {found.revision}"
    return (
        f"{found.path}, schema {found.revision or 'none'}, brought to {found.newest} when it is next opened"
    )
