"""Use case: ask for a change of a resource."""

from pydantic import JsonValue

from engine.core.auth.principals import Principal, Scope
from engine.core.ids import parse_resource_id
from engine.core.operations.operation import Operation, OperationKind, Request, UpdateMode
from engine.service.propose import propose
from engine.service.services import Services


async def update(
    services: Services,
    principal: Principal,
    project: str,
    *,
    resource_id: str,
    config: JsonValue,
    mode: UpdateMode = UpdateMode.MERGE,
    dry_run: bool = False,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Operation:
    """Record the request and return its operation; `run` carries it out.

    With `merge`, given keys replace, null removes, others stay; with `replace` the config is the whole.

    Raises:
        Forbidden, InvalidInput, NotFound, Conflict: see `propose`; InvalidInput names a malformed argument.
    """
    principal.require(Scope.RESOURCES_WRITE)
    request = Request(
        kind=OperationKind.UPDATE,
        resource_id=parse_resource_id(resource_id),
        config=config,
        mode=mode,
        dry_run=dry_run,
        reason=reason,
    )
    return await propose(services, principal, project, request, idempotency_key=idempotency_key)
