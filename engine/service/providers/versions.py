"""Use case: the versions of a provider: those at hand, and those that the registry offers."""

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress, Version
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import NotFound, RegistryFailed
from engine.core.limits import REGISTRY_ANSWER_SECONDS
from engine.core.providers.names import suggestion
from engine.ports.registry import OfferedVersion
from engine.service.providers.asking import in_time
from engine.service.providers.used import usage_of
from engine.service.services import Services


class KnownVersion(BaseModel):
    """A version of a provider.

    Attributes:
        used: True where it is the one that the project uses.
        here: True where it is installed, or offered for the platform of this machine.
    """

    model_config = ConfigDict(frozen=True)

    version: Version
    installed: bool
    offered: bool
    used: bool
    here: bool


class ProviderVersions(BaseModel):
    """The versions of a provider, newest first; `notes` says in our words what the answer is without."""

    model_config = ConfigDict(frozen=True)

    address: ProviderAddress
    versions: tuple[KnownVersion, ...]
    notes: tuple[str, ...] = ()


async def provider_versions(
    services: Services, principal: Principal, provider: str, project: str = ""
) -> ProviderVersions:
    """Return the versions of a provider that are installed, offered, or used by the project.

    Raises:
        Forbidden: the principal lacks `resources:read`, or `projects:read` where a project is named.
        InvalidInput: the address or the project's name is malformed.
        Conflict: a newer version than the project's wrote one of its resources.
        NotFound: it is not installed, and the registry has none or cannot be asked; or there is no such
            project.
        NotSetUp: the mirror cannot be read.
    """
    principal.require(Scope.RESOURCES_READ)
    address = ProviderAddress.parse(provider)
    used = (await usage_of(services, principal, project, address)).version if project else None
    packages = services.mirror.packages()
    installed = {p.pin.version for p in packages if p.pin.address == address}
    offered: dict[Version, OfferedVersion] = {}
    notes: list[str] = []
    try:
        answer = await in_time(lambda: services.registry.versions(address), REGISTRY_ANSWER_SECONDS)
        offered = {each.version: each for each in answer}
    except (RegistryFailed, NotFound) as failed:
        notes.append(f"only what is installed: {failed.message}")
    if not installed and not offered:
        near = suggestion(str(address), sorted({str(p.pin.address) for p in packages}))
        raise NotFound(
            f"there is no provider {address} at hand; {notes[0] if notes else 'the registry offers none'}",
            field="provider",
            hint=near or "`intent provider search` finds providers",
        )
    known = [
        KnownVersion(
            version=version,
            installed=version in installed,
            offered=version in offered,
            used=version == used,
            here=version in installed
            or (version in offered and services.platform in offered[version].platforms),
        )
        for version in sorted({*installed, *offered, *([used] if used else ())}, reverse=True)
    ]
    return ProviderVersions(address=address, versions=tuple(known), notes=tuple(notes))
