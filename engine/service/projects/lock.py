"""Use case: keep others from writing to a project for as long as one is at work."""

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import InvalidInput
from engine.core.limits import LOCK_REASON_MAX_CHARS
from engine.core.locks import ProjectLock, acquire
from engine.core.text import require_whole_characters
from engine.service.lookup import find_project
from engine.service.services import Services


async def lock_project(services: Services, principal: Principal, name: str, reason: str = "") -> ProjectLock:
    """Lock a project and return the lock, which lapses five minutes after the holder's last call.

    Who holds it already keeps it for longer.

    Raises:
        Forbidden: the principal lacks `resources:write`.
        InvalidInput, NotFound: there is no such project, or the reason is longer than 200 characters.
        Conflict: another principal holds it.
    """
    principal.require(Scope.RESOURCES_WRITE)
    if len(reason) > LOCK_REASON_MAX_CHARS:
        raise InvalidInput(
            f"the reason is longer than {LOCK_REASON_MAX_CHARS} characters", field="reason", hint="be brief"
        )
    require_whole_characters(reason, "reason")
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, name)
        before, at = await transaction.locks.find(project.id), services.clock.now()
        lock = acquire(before, principal, project=project, reason=reason, at=at)
        await transaction.locks.save(lock)
        # Keeping it is no event: every call of the holder does.
        if before is None or before.since != lock.since:
            await transaction.audit.append(
                AuditEvent(
                    at=at,
                    actor=principal.key,
                    event="project.locked",
                    project_id=project.id,
                    subject=project.name,
                    facts={"lapsed": before.holder} if before is not None else {},
                )
            )
    return lock
