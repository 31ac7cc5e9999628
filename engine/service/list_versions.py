"""Use case: the versions of a resource, for whoever wants an earlier one back."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import NotFound
from engine.core.ids import parse_resource_id
from engine.core.operations.operation import Operation
from engine.core.resources import Resource
from engine.core.values import differences
from engine.ports.store import Transaction
from engine.service.locking import keep_lock
from engine.service.lookup import find_project
from engine.service.services import Services


class VersionLine(BaseModel):
    """One version of a resource.

    Attributes:
        operation_id, kind, actor: of the operation that wrote it; empty where it is another's and hidden.
        changed: names of the arguments that differ from the version before.
        summary: what that operation's plan came to.
        ended: it records that the resource was deleted or forgotten.
        tainted: the object was only half made.
    """

    model_config = ConfigDict(frozen=True)

    version: int
    created_at: str
    operation_id: str
    kind: str
    actor: str
    resource_type: str
    provider_alias: str
    changed: tuple[str, ...]
    summary: str
    ended: bool
    tainted: bool


class Versions(BaseModel):
    """The versions of a resource, newest first."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = "1.0"
    project: str
    resource_id: str
    versions: tuple[VersionLine, ...]


async def list_versions(
    services: Services, principal: Principal, project_name: str, resource_id: str
) -> Versions:
    """Return every version of a resource, also of one that has ended.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        InvalidInput, NotFound: there is no such project, or it never had such a resource.
    """
    principal.require(Scope.RESOURCES_READ)
    name = parse_resource_id(resource_id)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        await keep_lock(services, transaction, principal.key, project.id)
        found = await transaction.resources.versions(project.id, name)
        writers = {each.operation_id: await _seen(transaction, principal, each) for each in found}
    if not found:
        raise NotFound(
            f"project {project.name} never had a resource {name}",
            field="resource_id",
            hint=f"`intent project show {project.name}` lists what it has",
        )
    lines = [_line(found, position, writers[each.operation_id]) for position, each in enumerate(found)]
    return Versions(project=project.name, resource_id=name, versions=tuple(reversed(lines)))


async def _seen(transaction: Transaction, principal: Principal, version: Resource) -> Operation | None:
    """Return the operation that wrote a version, where the principal may know of it."""
    writer = await transaction.operations.find(version.operation_id)
    return writer if writer is not None and principal.sees(writer.actor.key) else None


def _line(versions: Sequence[Resource], position: int, writer: Operation | None) -> VersionLine:
    version = versions[position]
    before = versions[position - 1].config if position else {}
    paths = [difference.path for difference in differences(before, version.config)]
    plan = writer.plan_summary if writer is not None else None
    return VersionLine(
        version=version.version,
        created_at=version.created_at.isoformat(),
        operation_id=writer.id if writer is not None else "",
        kind=writer.kind.value if writer is not None else "",
        actor=writer.actor.subject if writer is not None else "",
        resource_type=version.resource_type,
        provider_alias=version.provider_alias,
        changed=tuple(sorted({path.split(".", 1)[0] for path in paths})),
        summary=plan.summary if plan is not None else "",
        ended=version.gone,
        tainted=version.state is not None and version.state.tainted,
    )
