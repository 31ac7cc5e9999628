"""Use case: ask for what a data source of a provider says now."""

from pydantic import JsonValue

from engine.core.addrs import ProviderAddress, Version, parse_alias, parse_type
from engine.core.auth.principals import Principal, Scope
from engine.core.operations.operation import Operation, OperationKind, Request
from engine.service.propose import propose
from engine.service.services import Services


async def read(
    services: Services,
    principal: Principal,
    project: str,
    *,
    provider: str,
    data_source_type: str,
    config: JsonValue,
    provider_version: str = "",
    provider_alias: str = "",
    reason: str = "",
) -> Operation:
    """Record the request and return its operation; `run` carries it out. Changes nothing, asks no policy.

    Raises:
        Forbidden, InvalidInput, NotFound: see `propose`; InvalidInput names a malformed argument.
    """
    principal.require(Scope.RESOURCES_READ)
    request = Request(
        kind=OperationKind.READ,
        provider=str(ProviderAddress.parse(provider)),
        provider_version=str(Version.parse(provider_version)) if provider_version else "",
        provider_alias=parse_alias(provider_alias),
        resource_type=parse_type(data_source_type, field="data_source_type"),
        config=config,
        reason=reason,
    )
    return await propose(services, principal, project, request)
