"""Use case: read a resource as the engine remembers it, secrets redacted; asks nobody outside."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.graph import dependents
from engine.core.ids import parse_resource_id
from engine.core.resources import Resource
from engine.core.values import JsonObject
from engine.service.locking import keep_lock
from engine.service.lookup import find_project, find_resource
from engine.service.services import Services


class ResourceReport(BaseModel):
    """What is published of a resource."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    project: str
    resource_id: str
    resource_type: str
    provider: str
    provider_version: str
    provider_alias: str
    version: int
    tainted: bool
    depends_on: tuple[str, ...]
    dependents: tuple[str, ...]
    attributes: JsonObject | None
    operation_id: str
    changed_at: str


async def show_resource(
    services: Services, principal: Principal, project_name: str, resource_id: str
) -> ResourceReport:
    """Return a living resource.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        InvalidInput, NotFound: there is no such project or resource.
    """
    principal.require(Scope.RESOURCES_READ)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        await keep_lock(services, transaction, principal.key, project.id)
        resource = await find_resource(transaction, project, parse_resource_id(resource_id))
        edges = {r.resource_id: r.depends_on for r in await transaction.resources.list(project.id)}
    return published_resource(resource, project.name, dependents(edges, resource_id))


def published_resource(resource: Resource, project: str, needed_by: tuple[str, ...]) -> ResourceReport:
    """Return what may be published of a resource."""
    return ResourceReport(
        project=project,
        resource_id=resource.resource_id,
        resource_type=resource.resource_type,
        provider=resource.provider,
        provider_version=resource.provider_version,
        provider_alias=resource.provider_alias,
        version=resource.version,
        tainted=resource.state is not None and resource.state.tainted,
        depends_on=resource.depends_on,
        dependents=needed_by,
        attributes=resource.shown_attributes,
        operation_id=resource.operation_id,
        changed_at=resource.created_at.isoformat(),
    )
