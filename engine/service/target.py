"""Which provider an operation is about, and with which settings."""

from collections.abc import Mapping

from engine.core.addrs import ConfiguredProvider, ProviderAddress, ProviderPin, Version
from engine.core.errors import InvalidInput
from engine.core.operations.operation import Request
from engine.core.projects import Project
from engine.core.providers.check import complete
from engine.core.providers.credentials import credential_marks
from engine.core.providers.names import suggestion
from engine.core.resources import Resource
from engine.core.values import JsonObject, redact
from engine.service.pinned import Pinned, pinned
from engine.service.services import Services


async def provider_of(
    services: Services, request: Request, project: Project, living: Mapping[str, Resource]
) -> Pinned:
    """Return the provider that a request is about, as its project uses it; `living` are its resources by id.

    Raises:
        Conflict, NotFound, NotSetUp, Forbidden, IntegrityFailed: see `pinned`.
    """
    present = living.get(request.resource_id)
    if present is not None:
        return await pinned(services, project, present.pin.address, living.values())
    asked = Version.parse(request.provider_version) if request.provider_version else None
    address = ProviderAddress.parse(request.provider)
    return await pinned(services, project, address, living.values(), asked)


def configured(project: Project, provider: ConfiguredProvider) -> JsonObject:
    """Return one of a project's configurations of a provider as it was given.

    The one without a name is empty where the project has none.

    Raises:
        InvalidInput: the project has no configuration of this name.
    """
    settings = project.provider_settings.get(str(provider))
    if settings is None and provider.alias:
        keys = (ConfiguredProvider.parse(key) for key in project.provider_settings)
        known = [key.alias for key in keys if key.address == provider.address and key.alias]
        others = f"; it has {', '.join(known)}" if known else ""
        example = '{"' + str(provider) + '": {}}'
        raise InvalidInput(
            f"project {project.name} has no configuration {provider.alias} of {provider.address}{others}",
            field="provider_alias",
            hint=suggestion(provider.alias, known)
            or f"`intent project update {project.name} --provider-config '{example}'` makes it",
        )
    return settings or {}


async def settings_of(services: Services, project: Project, pin: ProviderPin, alias: str) -> JsonObject:
    """Return a provider's configuration block in a project, completed by the provider's schema.

    Raises:
        InvalidInput: the project has no configuration of this name.
        NotFound, IntegrityFailed, NotSetUp, RunnerFailed: the schema cannot be had.
    """
    settings = configured(project, ConfiguredProvider(address=pin.address, alias=alias))
    index = await services.schemas.index(pin)
    return complete(index.configuration.block, settings)


async def plain_settings(services: Services, project: Project, pin: ProviderPin, alias: str) -> JsonObject:
    """Return a provider's settings as the project keeps them, `{}` where it has none: what may be shown.

    Raises:
        InvalidInput: the project has no configuration of this name.
        NotFound, IntegrityFailed, NotSetUp, RunnerFailed: the schema cannot be had.
    """
    settings = configured(project, ConfiguredProvider(address=pin.address, alias=alias))
    block = (await services.schemas.index(pin)).configuration.block
    # INVARIANT: what an older version of the engine took, or this version of the provider calls secret, stays
    # hidden, although secrets are refused when settings are stored.
    shown = redact(settings, credential_marks(block, settings))
    return shown if isinstance(shown, dict) else {}
