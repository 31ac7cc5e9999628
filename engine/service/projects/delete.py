"""Use case: delete a project that holds nothing any more."""

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import Conflict
from engine.core.limits import LIST_MAX
from engine.core.operations.states import FINAL_STATES, OperationState
from engine.service.locking import require_unlocked
from engine.service.lookup import find_project
from engine.service.projects.ever import DELETED
from engine.service.services import Services


async def delete_project(services: Services, principal: Principal, name: str) -> None:
    """Delete an empty project; its operations and audit entries stay.

    Raises:
        Forbidden: the principal lacks `projects:write`.
        InvalidInput, NotFound: there is no such project.
        Conflict: it has resources, or operations that have not ended, or another principal has locked it.
    """
    principal.require(Scope.PROJECTS_WRITE)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, name)
        await require_unlocked(services, transaction, principal.key, project.id)
        resources = await transaction.resources.list(project.id)
        if resources:
            names = ", ".join(r.resource_id for r in resources)
            raise Conflict(
                f"project {name} has resources: {names}",
                field="project",
                hint="delete or eject them first; `intent project delete --destroy` destroys them",
            )
        unsettled = frozenset(OperationState) - FINAL_STATES
        open_ones = [o.id for o in await transaction.operations.list(project.id, None, LIST_MAX, unsettled)]
        if open_ones:
            raise Conflict(
                f"project {name} has operations that have not ended: {', '.join(open_ones)}",
                field="project",
                hint="resume, reject or cancel them first",
            )
        await transaction.projects.remove(project.id)
        await transaction.audit.append(
            AuditEvent(
                at=services.clock.now(),
                actor=principal.key,
                event=DELETED,
                project_id=project.id,
                subject=project.name,
            )
        )
