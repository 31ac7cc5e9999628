"""Use case: give a project more time."""

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal, Scope
from engine.core.durations import spelt
from engine.core.lifetimes import extended, parse_ttl
from engine.core.projects import Project
from engine.service.locking import project_to_change
from engine.service.services import Services


async def extend_project(services: Services, principal: Principal, name: str, by: str) -> Project:
    """Move a project's end by a length of time, as `3d`, and return the project; it is warned of anew.

    Raises:
        Forbidden: the principal lacks `projects:write`.
        InvalidInput, NotFound: there is no such project; or the length is malformed, or the end it gives is
            not in the future or too far in it.
        Conflict: the project has no end, is archived, or is locked by another principal.
    """
    principal.require(Scope.PROJECTS_WRITE)
    length = parse_ttl(by, "by")
    now = services.clock.now()
    async with services.store.transaction() as transaction:
        found = await project_to_change(services, transaction, principal, name)
        moved = extended(found, length, now)
        project = moved.model_copy(update={"expiry_by": principal.subject})
        await transaction.projects.save(project)
        await transaction.audit.append(
            AuditEvent(
                at=now,
                actor=principal.key,
                event="project.extended",
                project_id=project.id,
                subject=project.name,
                facts={
                    "by": spelt(length),
                    "expires_at": project.expires_at.isoformat() if project.expires_at else None,
                },
            )
        )
    return project
