"""Use case: ask for a new resource."""

from pydantic import JsonValue

from engine.core.addrs import ProviderAddress, Version, parse_alias, parse_type
from engine.core.auth.principals import Principal, Scope
from engine.core.ids import parse_resource_id
from engine.core.operations.operation import Operation, OperationKind, Request
from engine.service.propose import propose
from engine.service.services import Services


async def create(
    services: Services,
    principal: Principal,
    project: str,
    *,
    resource_id: str,
    provider: str,
    resource_type: str,
    config: JsonValue,
    provider_version: str = "",
    provider_alias: str = "",
    depends_on: tuple[str, ...] = (),
    dry_run: bool = False,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Operation:
    """Record the request and return its operation; `run` carries it out.

    Raises:
        Forbidden, InvalidInput, NotFound, Conflict: see `propose`; InvalidInput names a malformed argument.
    """
    principal.require(Scope.RESOURCES_WRITE)
    request = Request(
        kind=OperationKind.CREATE,
        resource_id=parse_resource_id(resource_id),
        provider=str(ProviderAddress.parse(provider)),
        provider_version=str(Version.parse(provider_version)) if provider_version else "",
        provider_alias=parse_alias(provider_alias),
        resource_type=parse_type(resource_type),
        config=config,
        depends_on=tuple(sorted({parse_resource_id(name) for name in depends_on})),
        dry_run=dry_run,
        reason=reason,
    )
    return await propose(services, principal, project, request, idempotency_key=idempotency_key)
