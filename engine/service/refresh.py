"""Use case: ask how the cloud differs from what the engine remembers of a resource."""

from engine.core.auth.principals import Principal, Scope
from engine.core.ids import parse_resource_id
from engine.core.operations.operation import Accept, Operation, OperationKind, Request
from engine.service.propose import propose
from engine.service.services import Services


async def refresh(
    services: Services,
    principal: Principal,
    project: str,
    *,
    resource_id: str,
    accept: Accept = Accept.REPORT,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Operation:
    """Record the request and return its operation; `run` carries it out.

    With `report` nothing is kept and no policy is asked; with `save` the policies decide over what was read.

    Raises:
        Forbidden, InvalidInput, NotFound, Conflict: see `propose`; InvalidInput names a malformed argument.
    """
    principal.require(Scope.RESOURCES_READ if accept is Accept.REPORT else Scope.RESOURCES_WRITE)
    request = Request(
        kind=OperationKind.REFRESH, resource_id=parse_resource_id(resource_id), accept=accept, reason=reason
    )
    return await propose(services, principal, project, request, idempotency_key=idempotency_key)
