"""Use case: ask for an earlier version of a resource back, through the same gate as any change."""

from collections.abc import Sequence

from engine.core.auth.principals import Principal, Scope
from engine.core.errors import Conflict, NotFound
from engine.core.ids import parse_resource_id
from engine.core.operations.operation import Operation, OperationKind, Request, UpdateMode
from engine.core.resources import Resource
from engine.service.lookup import find_project
from engine.service.propose import propose
from engine.service.repeated import asked_before
from engine.service.services import Services


async def restore(
    services: Services,
    principal: Principal,
    project_name: str,
    *,
    resource_id: str,
    version: int,
    dry_run: bool = False,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Operation:
    """Record the request and return its operation; `run` carries it out.

    It is an update to the configuration of that version where the resource lives, and a creation of it where
    it has ended. What the version refers to is taken as it is now.

    Raises:
        Forbidden, InvalidInput, NotFound, Conflict: see `propose`; NotFound also where there is no such
            version, Conflict where it is the present one, records an end, or is of another type.
    """
    principal.require(Scope.RESOURCES_WRITE)
    name = parse_resource_id(resource_id)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, project_name)
        versions = await transaction.resources.versions(project.id, name)
        locks = project.provider_locks
        asked = (name, version, dry_run, reason)
        earlier = await asked_before(
            transaction, project, principal, idempotency_key, lambda request: _asked(request) == asked
        )
    if earlier is not None:
        # What it came to has made other versions since.
        return earlier
    chosen = _chosen(versions, project_name, name, version)
    request = _request(chosen, versions[-1], locked=chosen.provider in locks)
    whole = request.model_copy(update={"dry_run": dry_run, "reason": reason})
    return await propose(services, principal, project_name, whole, idempotency_key=idempotency_key)


def _asked(request: Request) -> tuple[str, int | None, bool, str]:
    return request.resource_id, request.restores, request.dry_run, request.reason


def _chosen(versions: Sequence[Resource], project: str, name: str, version: int) -> Resource:
    """Return the version to bring back.

    Raises:
        NotFound, Conflict: see `restore`.
    """
    known = {each.version: each for each in versions}
    way_out = f"`intent versions {project} {name}` lists them"
    if not known:
        raise NotFound(
            f"project {project} never had a resource {name}",
            field="resource_id",
            hint=f"`intent project show {project}` lists what it has",
        )
    if version not in known:
        raise NotFound(f"{name} has no version {version}", field="version", hint=way_out)
    chosen, newest = known[version], versions[-1]
    if chosen.gone:
        raise Conflict(
            f"version {version} of {name} records its end: there is nothing to bring back",
            field="version",
            hint=f"choose one before it; {way_out}",
        )
    if chosen is newest:
        raise Conflict(
            f"version {version} of {name} is the present one",
            field="version",
            hint=f"`intent update {project} {name} --config '{{}}'` puts the cloud right; {way_out}",
        )
    if not newest.gone and chosen.resource_type != newest.resource_type:
        raise Conflict(
            f"version {version} of {name} was a {chosen.resource_type}, now it is a {newest.resource_type}",
            field="version",
            hint="delete it first: then that version is made anew",
        )
    if not newest.gone and chosen.configured != newest.configured:
        raise Conflict(
            f"version {version} of {name} was made with {chosen.configured}, now it is {newest.configured}",
            field="version",
            hint="delete it first: then that version is made anew",
        )
    return chosen


def _request(chosen: Resource, newest: Resource, *, locked: bool) -> Request:
    asked = Request(
        kind=OperationKind.UPDATE,
        resource_id=chosen.resource_id,
        config=chosen.config,
        mode=UpdateMode.REPLACE,
        depends_on=chosen.depends_on,
        restores=chosen.version,
    )
    if not newest.gone:
        return asked
    return asked.model_copy(
        update={
            "kind": OperationKind.CREATE,
            "mode": UpdateMode.MERGE,
            "provider": chosen.provider,
            # The project's, whichever that is by then.
            "provider_version": "" if locked else chosen.provider_version,
            "provider_alias": chosen.provider_alias,
            "resource_type": chosen.resource_type,
        }
    )
