"""Which provider an operation is about, and with which settings."""

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.operations.operation import Request
from engine.core.projects import Project
from engine.core.providers.check import complete
from engine.core.providers.credentials import credential_marks
from engine.core.values import JsonObject, redact
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


async def plain_settings(services: Services, project: Project, pin: ProviderPin) -> JsonObject:
    """Return a provider's settings as the project keeps them, `{}` where it has none: what may be shown.

    Raises:
        NotFound, IntegrityFailed, NotSetUp, RunnerFailed: the schema cannot be had.
    """
    settings = project.provider_settings.get(str(pin.address), {})
    block = (await services.schemas.index(pin)).configuration.block
    # INVARIANT: what an older version of the engine took, or this version of the provider calls secret, stays
    # hidden, although secrets are refused when settings are stored.
    shown = redact(settings, credential_marks(block, settings))
    return shown if isinstance(shown, dict) else {}
