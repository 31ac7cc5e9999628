"""What the engine remembers where an operation begins: its project, its resource and the others beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.core.errors import Conflict
from engine.core.graph import dependents
from engine.core.limits import LIST_MAX
from engine.core.operations.operation import Operation, OperationKind
from engine.core.operations.states import OperationState
from engine.core.projects import Project
from engine.core.resources import Resource
from engine.core.values import JsonObject
from engine.ports.store import Transaction
from engine.service.lookup import find_project_by_id, find_resource
from engine.service.projects.openness import require_taken
from engine.service.references import referred

_REMOVALS: Final = frozenset({OperationKind.DELETE, OperationKind.EJECT})
_MAY_HAVE_EFFECT: Final = frozenset({OperationState.APPLYING, OperationState.INTERRUPTED})


@dataclass(frozen=True)
class Outlook:
    """The project as a change set will leave it, while nothing of that is done.

    Attributes:
        promised: what the set makes and changes, as planned so far; of what is not known yet the attributes
            are references to themselves.
        edges: what will depend on what in the end.
    """

    promised: Mapping[str, Resource]
    edges: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Known:
    """The stored records that an operation is about.

    Attributes:
        resource: the resource as remembered, also an ended one; None where there never was one.
        living: all resources of the project that exist, by id; with those that a change set promises, while
            it is planned.
        dependents: the ids of those that depend on the resource.
        resource_count: how many resources the project holds.
    """

    project: Project
    resource: Resource | None
    living: Mapping[str, Resource]
    dependents: tuple[str, ...]
    resource_count: int

    @property
    def present(self) -> Resource | None:
        """The resource where it has not ended."""
        return None if self.resource is None or self.resource.gone else self.resource

    @property
    def base_serial(self) -> int:
        """The version of the resource that a plan starts from, 0 where there never was one."""
        return 0 if self.resource is None else self.resource.version

    def require_unmanaged(self, provider: str, resource_type: str, attributes: JsonObject) -> None:
        """Do nothing where no resource of the project stands for an object of a configured provider yet.

        Ids are unique within a region or an account: with another configuration of the provider it is the
        same object only where the settings are the same, or where its name in the whole cloud is.

        Raises:
            Conflict: naming the one that does.
        """
        object_id, everywhere = attributes.get("id"), attributes.get("arn")
        settings = self.project.provider_settings
        for other in self.living.values():
            if not object_id or other.state is None or other.resource_type != resource_type:
                continue
            same_place = settings.get(str(other.configured)) == settings.get(provider)
            same_name = everywhere is not None and other.state.attributes.get("arn") == everywhere
            if other.state.object_id == object_id and (same_place or same_name):
                raise Conflict(
                    f"{other.resource_id} stands for this object already",
                    field="import_id",
                    hint="use that resource, or eject it first",
                )


async def look_up(transaction: Transaction, operation: Operation, outlook: Outlook | None = None) -> Known:
    """Return what is remembered, after checking that the operation is possible with it.

    A change of a set is looked at as if the others were done, by its outlook.

    Raises:
        NotFound: the project or the resource does not exist.
        Conflict: the resource to make exists already, or others depend on the one to delete or to forget.
    """
    name, kind = operation.resource_id, operation.kind
    project = await find_project_by_id(transaction, operation.project_id)
    living = {r.resource_id: r for r in await transaction.resources.list(project.id)}
    if kind in (OperationKind.CREATE, OperationKind.IMPORT):
        _require_free(project, living, name)
        resource = await transaction.resources.find(project.id, name)
    elif kind is OperationKind.READ:
        resource = None
    else:
        resource = await find_resource(transaction, project, name)
    edges = {other: r.depends_on for other, r in living.items()} if outlook is None else outlook.edges
    needed_by = dependents(edges, name)
    if kind in (OperationKind.DELETE, OperationKind.EJECT):
        _require_unneeded(name, needed_by)
    return Known(
        project=project,
        resource=resource,
        living={**living, **outlook.promised} if outlook is not None else living,
        dependents=needed_by,
        resource_count=len(living),
    )


async def require_uncrossed(
    transaction: Transaction, operation: Operation, depends_on: tuple[str, ...], at: datetime
) -> None:
    """Refuse an effect that crosses another one; called in the transaction that begins it.

    What was looked up when the operation was prepared may have changed since. An interrupted operation may
    have had its effect, so it counts as one under way.

    Raises:
        Conflict: something that depends on the resource to remove was made or is being made, or something
            that the resource to keep depends on was removed or is being removed, or the project takes no
            changes any more.
    """
    await require_taken(transaction, operation, at)
    project_id, name = operation.project_id, operation.resource_id
    living = {r.resource_id: r.depends_on for r in await transaction.resources.list(project_id)}
    under_way = await transaction.operations.list(project_id, None, LIST_MAX, _MAY_HAVE_EFFECT)
    others = [other for other in under_way if other.id != operation.id]
    if operation.kind in _REMOVALS:
        needs = {o.resource_id: (*referred(o.request.config), *o.request.depends_on) for o in others}
        _require_unneeded(name, tuple(sorted({*dependents(living, name), *dependents(needs, name)})))
        return
    removed = {other.resource_id for other in others if other.kind in _REMOVALS}
    for needed in depends_on:
        if needed not in living or needed in removed:
            raise Conflict(
                f"{name} depends on {needed}, which was removed meanwhile",
                field="depends_on",
                hint="make the request again without it",
            )


def _require_unneeded(name: str, needed_by: tuple[str, ...]) -> None:
    if needed_by:
        raise Conflict(
            f"{name} is needed by {', '.join(needed_by)}",
            field="resource_id",
            hint="delete or change these first; `intent delete --cascade` deletes them with it",
            facts={"dependents": list(needed_by)},
        )


def _require_free(project: Project, living: Mapping[str, Resource], name: str) -> None:
    if name in living:
        raise Conflict(
            f"project {project.name} has a resource {name} already",
            field="resource_id",
            hint="update it, or choose another id",
        )
