"""Which provider an operation is about, and with which settings."""

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.operations.operation import Request
from engine.core.projects import Project
from engine.core.providers.check import complete
from engine.core.values import JsonObject
from engine.service.services import Services


def requested_pin(services: Services, request: Request) -> ProviderPin:
    """Return the provider that a request names, at the version that it names or else the newest at hand.

    Raises:
        NotFound, NotSetUp: see `engine.ports.mirror`.
    """
    version = Version.parse(request.provider_version) if request.provider_version else None
    return services.mirror.resolve(ProviderAddress.parse(request.provider), version).pin


async def settings_of(services: Services, project: Project, pin: ProviderPin) -> JsonObject:
    """Return a provider's configuration block in a project, completed by the provider's schema.

    Raises:
        NotFound, IntegrityFailed, NotSetUp, RunnerFailed: the schema cannot be had.
    """
    settings = project.provider_settings.get(str(pin.address), {})
    index = await services.schemas.index(pin)
    return complete(index.configuration.block, settings)
