"""Use case: what is to be said of a project's settings of providers although they are kept."""

from collections.abc import Iterable

from engine.core.addrs import ConfiguredProvider
from engine.core.auth.principals import Principal, Scope
from engine.core.providers.deprecated import deprecated_paths
from engine.service.lookup import find_project
from engine.service.pinned import pinned
from engine.service.services import Services


async def settings_warnings(
    services: Services, principal: Principal, name: str, keys: Iterable[str]
) -> tuple[str, ...]:
    """Return a sentence for each deprecated setting of these configurations, as far as the project has them.

    Raises:
        Forbidden: the principal lacks `projects:read`.
        InvalidInput, NotFound: there is no such project, or the mirror lacks a provider.
        IntegrityFailed, NotSetUp, RunnerFailed: a schema cannot be had.
    """
    principal.require(Scope.PROJECTS_READ)
    async with services.store.transaction() as transaction:
        project = await find_project(transaction, name)
        living = await transaction.resources.list(project.id)
    warnings: list[str] = []
    for provider in sorted({ConfiguredProvider.parse(key) for key in keys}, key=str):
        settings = project.provider_settings.get(str(provider))
        if settings is None:
            continue
        pin = (await pinned(services, project, provider.address, living)).pin
        block = (await services.schemas.index(pin)).configuration.block
        warnings += [
            f"provider_config[{provider}].{path} is deprecated: {pin.address} {pin.version} takes it still"
            for path in deprecated_paths(block, settings)
        ]
    return tuple(warnings)
