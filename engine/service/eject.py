"""Use case: ask the engine to forget a resource; the object in the cloud stays as it is."""

from engine.core.auth.principals import Principal, Scope
from engine.core.ids import parse_resource_id
from engine.core.operations.operation import Operation, OperationKind, Request
from engine.service.propose import propose
from engine.service.services import Services


async def eject(
    services: Services, principal: Principal, project: str, *, resource_id: str, reason: str = ""
) -> Operation:
    """Record the request and return its operation; `run` refuses it while others depend on the resource.

    Raises:
        Forbidden, InvalidInput, NotFound: see `propose`; InvalidInput names a malformed argument.
    """
    principal.require(Scope.RESOURCES_WRITE)
    request = Request(kind=OperationKind.EJECT, resource_id=parse_resource_id(resource_id), reason=reason)
    return await propose(services, principal, project, request)
