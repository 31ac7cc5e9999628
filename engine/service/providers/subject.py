"""Which provider at which version a question is about, and who answers: its schema, or a registry."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress, ProviderPin, Version, parse_type
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import NotFound, NotSetUp, RegistryFailed
from engine.core.limits import REGISTRY_ANSWER_SECONDS, REGISTRY_HELP_SECONDS
from engine.core.providers.names import suggestion
from engine.ports.registry import Documentation
from engine.service.providers.asking import if_possible, in_time
from engine.service.providers.owner import find_owner, newest_packages
from engine.service.providers.used import usage_of
from engine.service.services import Services


class Origin(StrEnum):
    """Where an answer comes from: exact, or as far as the provider's authors wrote it down."""

    SCHEMA = "schema"
    REGISTRY = "registry"


class Subject(BaseModel):
    """A provider at one version.

    Attributes:
        documentation: what the registry lists, where the provider is not installed.
    """

    model_config = ConfigDict(frozen=True)

    pin: ProviderPin
    documentation: Documentation | None = None

    @property
    def origin(self) -> Origin:
        """Who answers."""
        return Origin.SCHEMA if self.documentation is None else Origin.REGISTRY

    @property
    def install(self) -> str:
        """The command that brings the exact schema, empty where it is at hand."""
        return "" if self.documentation is None else install_command(self.pin.address, self.pin.version)


def install_command(address: ProviderAddress, version: Version | None) -> str:
    """Return the command with which a person installs a provider."""
    return f"intent provider install {address}" + (f"@{version}" if version else "")


async def subject_of(
    services: Services, principal: Principal, provider: str, version: str, project: str = ""
) -> Subject:
    """Return the installed provider of that version; one that is not installed, as the registry documents it.

    Without a version it is the one that the project uses, and without a project, or before its first use,
    the newest release.

    Raises:
        Forbidden: the principal lacks `resources:read`, or `projects:read` where a project is named, or the
            allow-list refuses the provider.
        InvalidInput: address, version or the project's name are malformed.
        IntegrityFailed: the package is not one that the project's lock names.
        Conflict: a newer version than the project's wrote one of its resources.
        NotFound: neither is it installed nor does the registry know it, or there is no such project; the
            hint names the nearest.
        NotSetUp: nothing is installed, and the registry cannot be asked.
    """
    principal.require(Scope.RESOURCES_READ)
    address = ProviderAddress.parse(provider)
    wanted = Version.parse(version) if version else None
    usage = await usage_of(services, principal, project, address) if project and not version else None
    if usage is not None:
        wanted = usage.version
    try:
        if usage is not None:
            return Subject(pin=await usage.pin(services))
        return Subject(pin=services.mirror.resolve(address, wanted).pin)
    except (NotFound, NotSetUp) as missing:
        return await _documented(services, address, wanted, missing)


async def subject_of_type(
    services: Services,
    principal: Principal,
    provider: str,
    type_name: str,
    *,
    version: str = "",
    project: str = "",
) -> Subject:
    """Return the provider that a type is of; an empty `provider` stands for the one that has such a type.

    Raises:
        Forbidden, InvalidInput, NotFound, NotSetUp: see `subject_of` and `find_owner`.
    """
    parse_type(type_name)
    owner = provider or await find_owner(services, principal, type_name)
    return await subject_of(services, principal, owner, version, project)


async def _documented(
    services: Services, address: ProviderAddress, wanted: Version | None, missing: NotFound | NotSetUp
) -> Subject:
    try:
        found = await in_time(
            lambda: services.registry.documentation(address, wanted), REGISTRY_ANSWER_SECONDS
        )
    except RegistryFailed as failed:
        hint = f"{missing.hint or install_command(address, wanted)}; {failed.message}"
        raise type(missing)(missing.message, field=missing.field, hint=hint) from failed
    except NotFound as unknown:
        raise NotFound(
            f"{missing.message}, and {unknown.message}",
            field=missing.field or unknown.field,
            hint=await _way_out(services, address, wanted)
            or await _nearest(services, address)
            or missing.hint,
        ) from unknown
    return Subject(pin=ProviderPin(address=address, version=found.version), documentation=found)


async def _nearest(services: Services, address: ProviderAddress) -> str:
    """Return the nearest providers at hand, or that the registry finds by the name; empty where none is."""
    known = [str(package.pin.address) for package in newest_packages(services)]
    findings = await if_possible(
        lambda: services.registry.search(address.name), REGISTRY_HELP_SECONDS, [], "without the nearest"
    )
    known += [str(each.address) for each in findings or () if not each.name]
    near = suggestion(str(address), dict.fromkeys(known)) if str(address) not in known else ""
    return near and f"{near} `intent provider search {address.name}` finds others"


async def _way_out(services: Services, address: ProviderAddress, wanted: Version | None) -> str:
    if wanted is None:
        return ""
    try:
        offered = await in_time(lambda: services.registry.versions(address), REGISTRY_ANSWER_SECONDS)
    except (RegistryFailed, NotFound):
        return ""
    near = suggestion(str(wanted), [str(each.version) for each in offered])
    newest = max((each.version for each in offered), key=lambda each: each.preference, default=None)
    return f"{near} the newest is {newest}".lstrip() if newest else ""
