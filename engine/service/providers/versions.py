"""Use case: the versions of a provider that are at hand."""

from engine.core.addrs import ProviderAddress, ProviderPin
from engine.core.auth.principals import Principal, Scope
from engine.service.services import Services


def provider_versions(services: Services, principal: Principal, provider: str) -> tuple[ProviderPin, ...]:
    """Return the installed versions of a provider, newest first.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        InvalidInput: the address is malformed.
        NotFound, NotSetUp: the mirror has no such provider, or cannot be read.
    """
    principal.require(Scope.RESOURCES_READ)
    address = ProviderAddress.parse(provider)
    services.mirror.resolve(address, None)
    return tuple(p.pin for p in services.mirror.packages() if p.pin.address == address)
