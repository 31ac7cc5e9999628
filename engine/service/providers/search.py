"""Use case: find providers at hand by a word of their address."""

from engine.core.addrs import ProviderPin
from engine.core.auth.principals import Principal, Scope
from engine.service.services import Services


def search_providers(services: Services, principal: Principal, query: str) -> tuple[ProviderPin, ...]:
    """Return the newest installed version of each provider whose address holds the query, "" for all.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        NotSetUp: the mirror cannot be read.
    """
    principal.require(Scope.RESOURCES_READ)
    newest: dict[str, ProviderPin] = {}
    for package in services.mirror.packages():
        newest.setdefault(str(package.pin.address), package.pin)
    word = query.strip().lower()
    return tuple(pin for address, pin in newest.items() if word in address)
