"""Use case: ask how the cloud differs from what the engine remembers of a resource."""

from engine.core.auth.principals import Principal, Scope
from engine.core.ids import parse_resource_id
from engine.core.operations.operation import Accept, Missing, Operation, OperationKind, Request
from engine.service.propose import propose
from engine.service.services import Services


async def refresh(
    services: Services,
    principal: Principal,
    project: str,
    *,
    resource_id: str,
    accept: Accept = Accept.REPORT,
    missing: Missing = Missing.KEEP,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Operation:
    """Record the request and return its operation; `run` carries it out.

    With `report` nothing is kept and no policy is asked; with `save` the policies decide over what was read.
    Of an object that is gone the record is kept, whatever is accepted. With `forget` it ends, where the
    policies allow it. With `recreate` the request is an update that makes the object anew as it was wanted.

    Raises:
        Forbidden, InvalidInput, NotFound, Conflict: see `propose`; InvalidInput names a malformed argument.
    """
    reports = accept is Accept.REPORT and missing is Missing.KEEP
    principal.require(Scope.RESOURCES_READ if reports else Scope.RESOURCES_WRITE)
    recreates = missing is Missing.RECREATE
    request = Request(
        kind=OperationKind.UPDATE if recreates else OperationKind.REFRESH,
        resource_id=parse_resource_id(resource_id),
        config={} if recreates else None,
        accept=accept,
        missing=missing,
        reason=reason,
    )
    return await propose(services, principal, project, request, idempotency_key=idempotency_key)
