"""Locks on projects as the use cases meet them: refusing a write, and keeping a holder's lock alive.

What writes: a request that may change resources, taking up an operation, and a change of the project itself.
Reading, dry runs, approving, rejecting, cancelling, settling what was interrupted, and what binds a project
(policies, waivers) are free: a lock keeps no one from looking, stopping or tightening.
"""

from engine.core.auth.principals import Principal
from engine.core.locks import extended, require_free
from engine.core.operations.operation import Accept, OperationKind, Request
from engine.core.projects import Project
from engine.ports.store import Transaction
from engine.service.lookup import find_project, find_project_by_id
from engine.service.services import Services


def writes(request: Request) -> bool:
    """Tell whether a request may change resources, or what is remembered of them."""
    if request.dry_run or request.kind is OperationKind.READ:
        return False
    return request.kind is not OperationKind.REFRESH or request.accept is Accept.SAVE


async def require_unlocked(services: Services, transaction: Transaction, key: str, project_id: str) -> None:
    """Do nothing where the principal of that key may begin a write in a project now.

    Raises:
        Conflict: another principal has locked it; names who, until when and the way out.
    """
    lock = await transaction.locks.find(project_id)
    if lock is not None:
        project = await find_project_by_id(transaction, project_id)
        require_free(lock, key, project=project, at=services.clock.now())


async def is_locked(services: Services, transaction: Transaction, project_id: str) -> bool:
    """Tell whether anybody holds the lock on a project now."""
    lock = await transaction.locks.find(project_id)
    return lock is not None and lock.holds(services.clock.now())


async def keep_lock(services: Services, transaction: Transaction, holder: str, project_id: str) -> None:
    """Extend the lock on a project where the principal of that key holds it: it has called, or is at work."""
    longer = extended(await transaction.locks.find(project_id), holder, services.clock.now())
    if longer is not None:
        await transaction.locks.save(longer)


async def visit_project(
    services: Services, transaction: Transaction, principal: Principal, name: str
) -> Project:
    """Return the project of that name, its lock extended where the principal holds it: this is a call.

    Raises:
        InvalidInput, NotFound: there is no such project.
    """
    project = await find_project(transaction, name)
    await keep_lock(services, transaction, principal.key, project.id)
    return project


async def project_to_change(
    services: Services, transaction: Transaction, principal: Principal, name: str
) -> Project:
    """Return the project of that name for a principal that may change it now, its lock extended.

    Raises:
        InvalidInput, NotFound: there is no such project.
        Conflict: another principal has locked it.
    """
    project = await find_project(transaction, name)
    await require_unlocked(services, transaction, principal.key, project.id)
    await keep_lock(services, transaction, principal.key, project.id)
    return project
