"""Use case: make a project."""

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal, Scope
from engine.core.ids import parse_project_name
from engine.core.projects import ROOT_SPACE, Project, parse_labels, parse_space
from engine.service.projects.rebind import require_bonds
from engine.service.projects.times import UNTIMED, Times, facts_of_times, retimed
from engine.service.services import Services


async def create_project(
    services: Services,
    principal: Principal,
    name: str,
    labels: tuple[str, ...] = (),
    space: str = ROOT_SPACE,
    *,
    times: Times = UNTIMED,
) -> Project:
    """Make an empty project and return it; labels look like `prod` or `env:prod`.

    Raises:
        Forbidden: the principal lacks `projects:write`, or `policies:write` where a label or the space calls
            for other policies than a plain project has.
        InvalidInput: the name, a label, the space or a time is malformed.
        Conflict: the name is taken, or the project is to be opened again.
    """
    principal.require(Scope.PROJECTS_WRITE)
    now = services.clock.now()
    project = Project(
        id=services.ids.new(),
        name=parse_project_name(name),
        space=parse_space(space),
        labels=parse_labels(labels),
        lineage=services.ids.new(),
        created_at=now,
        created_by=principal.key,
    )
    project = retimed(project, times, now, principal.subject)
    async with services.store.transaction() as transaction:
        await transaction.projects.add(project)
        plain = project.model_copy(update={"labels": (), "space": ROOT_SPACE})
        await require_bonds(transaction, principal, plain, project)
        await transaction.audit.append(
            AuditEvent(
                at=now,
                actor=principal.key,
                event="project.created",
                project_id=project.id,
                subject=project.name,
                facts={"labels": list(project.labels), "space": project.space, **facts_of_times(project)},
            )
        )
    return project
