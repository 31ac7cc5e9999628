"""Use case: end the lock on a project."""

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal, Scope
from engine.core.locks import ProjectLock, require_release
from engine.service.lookup import find_project
from engine.service.services import Services


async def unlock_project(
    services: Services, principal: Principal, name: str, *, force: bool = False
) -> ProjectLock | None:
    """End the lock on a project and return it, None where there was none that had not lapsed.

    Its holder ends it, or with `force` a person who may write projects.

    Raises:
        Forbidden: the principal lacks `resources:write`, or has not the standing to end another's lock.
        InvalidInput, NotFound: there is no such project.
        Conflict: another principal holds it, and `force` was not given.
    """
    principal.require(Scope.RESOURCES_WRITE)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, name)
        lock, at = await transaction.locks.find(project.id), services.clock.now()
        if lock is None or not lock.holds(at):
            return None
        require_release(lock, principal, project=project, force=force)
        await transaction.locks.remove(project.id)
        await transaction.audit.append(
            AuditEvent(
                at=at,
                actor=principal.key,
                event="project.unlocked",
                project_id=project.id,
                subject=project.name,
                facts={"holder": lock.holder},
            )
        )
    return lock
