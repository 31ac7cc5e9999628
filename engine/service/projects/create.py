"""Use case: make a project."""

import re

from engine.core.audit import AuditEvent
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import InvalidInput
from engine.core.ids import parse_project_name
from engine.core.projects import Project
from engine.service.services import Services

_LABEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}(:[A-Za-z0-9._-]{1,63})?")


async def create_project(
    services: Services, principal: Principal, name: str, labels: tuple[str, ...] = ()
) -> Project:
    """Make an empty project and return it; labels look like `prod` or `env:prod`.

    Raises:
        Forbidden: the principal lacks `projects:write`.
        InvalidInput: the name or a label is malformed.
        Conflict: the name is taken.
    """
    principal.require(Scope.PROJECTS_WRITE)
    now = services.clock.now()
    project = Project(
        id=services.ids.new(),
        name=parse_project_name(name),
        labels=parse_labels(labels),
        lineage=services.ids.new(),
        created_at=now,
        created_by=principal.key,
    )
    async with services.store.transaction() as transaction:
        await transaction.projects.add(project)
        await transaction.audit.append(
            AuditEvent(
                at=now,
                actor=principal.key,
                event="project.created",
                project_id=project.id,
                subject=project.name,
                facts={"labels": list(project.labels)},
            )
        )
    return project


def parse_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return labels sorted, each once.

    Raises:
        InvalidInput: one is malformed.
    """
    for label in labels:
        if _LABEL.fullmatch(label) is None:
            raise InvalidInput(
                f"{label!r} is no label", field="labels", hint="write them like prod or env:prod"
            )
    return tuple(sorted(set(labels)))
