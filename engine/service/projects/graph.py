"""Use case: the resources of a project with what they depend on, and what is known to be wrong with them."""

from collections.abc import Iterator

from engine.core.auth.principals import Principal, Scope
from engine.core.drawing import Drawing, Drawn, Mark, drawing
from engine.core.projects import Project
from engine.core.resources import Resource
from engine.service.locking import keep_lock
from engine.service.lookup import find_project
from engine.service.projects.standing import drifted_of
from engine.service.services import Services


async def project_graph(services: Services, principal: Principal, project_name: str) -> Drawing:
    """Return the drawing of a project; asks nobody outside.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        InvalidInput, NotFound: there is no such project.
    """
    principal.require(Scope.RESOURCES_READ)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        await keep_lock(services, transaction, principal.key, project.id)
        living = await transaction.resources.list(project.id)
    return drawing(project.name, _drawn(project, list(living)))


def _drawn(project: Project, living: list[Resource]) -> Iterator[Drawn]:
    seen = {each.resource_id: each.missing for each in drifted_of(project, living)}
    for resource in living:
        marks = [Mark.TAINTED] if resource.state is not None and resource.state.tainted else []
        if resource.resource_id in seen:
            marks.append(Mark.MISSING if seen[resource.resource_id] else Mark.DRIFTED)
        yield Drawn(
            resource_id=resource.resource_id,
            type=resource.resource_type,
            depends_on=resource.depends_on,
            marks=tuple(marks),
        )
