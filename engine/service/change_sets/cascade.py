"""Use case: ask for the destruction of resources with everything that depends on them, as one change set."""

from collections.abc import Sequence

from engine.core.auth.principals import Principal, Scope
from engine.core.change_sets import with_dependents
from engine.core.errors import Conflict
from engine.core.ids import parse_resource_id
from engine.core.limits import CHANGE_SET_MAX
from engine.core.operations.operation import Operation, OperationKind, Request
from engine.service.lookup import find_project, find_resource
from engine.service.propose import propose
from engine.service.repeated import asked_before
from engine.service.services import Services


async def delete_cascade(
    services: Services,
    principal: Principal,
    project: str,
    *,
    resource_ids: Sequence[str] | None,
    dry_run: bool = False,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Operation:
    """Record a change set that deletes resources and all that depends on them; None stands for all there are.

    A key that asked for the same one resource before returns that set, whatever is left to delete now.

    Raises:
        Forbidden, InvalidInput, NotFound, Conflict: see `propose`; Conflict also where there is nothing to
            delete, or more than 500 resources are.
    """
    principal.require(Scope.RESOURCES_WRITE)
    async with services.store.transaction() as transaction:
        stored = await find_project(transaction, project)
        if resource_ids is not None:
            asked = ([*resource_ids], dry_run, reason)
            earlier = await asked_before(
                transaction, stored, principal, idempotency_key, lambda request: _asked(request) == asked
            )
            if earlier is not None:
                return earlier
            for name in resource_ids:
                await find_resource(transaction, stored, parse_resource_id(name))
        living = {r.resource_id: r.depends_on for r in await transaction.resources.list(stored.id)}
    names = with_dependents(living, tuple(living) if resource_ids is None else resource_ids)
    if not 0 < len(names) <= CHANGE_SET_MAX:
        raise Conflict(
            f"project {project} has {len(names)} resources to delete; a change set has 1 to {CHANGE_SET_MAX}",
            field="resource_id",
            hint="delete some of them first" if names else "there is nothing to do",
        )
    changes = tuple(Request(kind=OperationKind.DELETE, resource_id=name) for name in names)
    request = Request(kind=OperationKind.CHANGE_SET, changes=changes, dry_run=dry_run, reason=reason)
    return await propose(services, principal, project, request, idempotency_key=idempotency_key)


def _asked(request: Request) -> tuple[list[str], bool, str]:
    """Return what a cascade from one resource was asked for: all others depend on it, so it is the last."""
    deletes = all(change.kind is OperationKind.DELETE for change in request.changes)
    last = [change.resource_id for change in request.changes[-1:]] if deletes else []
    return last, request.dry_run, request.reason
