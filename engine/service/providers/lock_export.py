"""Use case: write which packages of providers a project trusts as a lock file."""

from collections.abc import Sequence

from engine.core.auth.principals import Principal, Scope
from engine.core.providers.lock_file import write_locks
from engine.service.locking import visit_project
from engine.service.providers.locks import selected_locks
from engine.service.services import Services


async def export_locks(
    services: Services, principal: Principal, project_name: str, addresses: Sequence[str] = ()
) -> str:
    """Return the text of a lock file with a project's locks, of the named providers or of all.

    Raises:
        Forbidden: the principal lacks `projects:read`.
        InvalidInput: an address or the project's name is malformed.
        NotFound: there is no such project, or it has no lock of a named provider.
    """
    principal.require(Scope.PROJECTS_READ)
    async with services.store.transaction() as transaction:
        project = await visit_project(services, transaction, principal, project_name)
    return write_locks(selected_locks(project, addresses))
