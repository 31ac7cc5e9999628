"""Use case: ask for the destruction of a resource."""

from engine.core.auth.principals import Principal, Scope
from engine.core.ids import parse_resource_id
from engine.core.operations.operation import Operation, OperationKind, Request
from engine.service.propose import propose
from engine.service.services import Services


async def delete(
    services: Services,
    principal: Principal,
    project: str,
    *,
    resource_id: str,
    dry_run: bool = False,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Operation:
    """Record the request and return its operation; `run` refuses it while others depend on the resource.

    Raises:
        Forbidden, InvalidInput, NotFound, Conflict: see `propose`; InvalidInput names a malformed argument.
    """
    principal.require(Scope.RESOURCES_WRITE)
    request = Request(
        kind=OperationKind.DELETE,
        resource_id=parse_resource_id(resource_id),
        dry_run=dry_run,
        reason=reason,
    )
    return await propose(services, principal, project, request, idempotency_key=idempotency_key)
