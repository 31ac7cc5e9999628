"""Use cases: what a provider offers, and how one of its types looks."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderAddress, ProviderPin, Version, parse_type
from engine.core.auth.principals import Principal, Scope
from engine.core.providers.schema import TypeSchema
from engine.ports.schemas import ProviderIndex
from engine.service.providers.owner import owner_of_type
from engine.service.services import Services


class TypeKind(StrEnum):
    """Which kind of type a name stands for."""

    RESOURCE = "resource"
    DATA_SOURCE = "data_source"


class DescribedProvider(BaseModel):
    """A provider at one version with what it offers."""

    model_config = ConfigDict(frozen=True)

    pin: ProviderPin
    index: ProviderIndex


class DescribedType(BaseModel):
    """A type of a provider at one version."""

    model_config = ConfigDict(frozen=True)

    pin: ProviderPin
    name: str
    kind: TypeKind
    type_schema: TypeSchema


async def describe_provider(
    services: Services, principal: Principal, provider: str, version: str = ""
) -> DescribedProvider:
    """Return what a provider offers, at the newest version at hand where none is named.

    Raises:
        Forbidden: the principal lacks `resources:read`.
        InvalidInput: address or version are malformed.
        NotFound, NotSetUp, IntegrityFailed, RunnerFailed: see the ports `ProviderMirror` and `SchemaCatalog`.
    """
    pin = _resolve(services, principal, provider, version)
    return DescribedProvider(pin=pin, index=await services.schemas.index(pin))


async def describe_type(
    services: Services, principal: Principal, provider: str, kind: TypeKind, name: str, *, version: str = ""
) -> DescribedType:
    """Return how one type looks; an empty `provider` stands for the one that its first word names.

    Raises:
        Forbidden, InvalidInput, NotFound, NotSetUp, IntegrityFailed, RunnerFailed: as `describe_provider`
            and `owner_of_type`.
    """
    owner = provider or owner_of_type(services, principal, name)
    pin = _resolve(services, principal, owner, version)
    parse_type(name)
    source = services.schemas.resource if kind is TypeKind.RESOURCE else services.schemas.data_source
    return DescribedType(pin=pin, name=name, kind=kind, type_schema=await source(pin, name))


def _resolve(services: Services, principal: Principal, provider: str, version: str) -> ProviderPin:
    principal.require(Scope.RESOURCES_READ)
    wanted = Version.parse(version) if version else None
    return services.mirror.resolve(ProviderAddress.parse(provider), wanted).pin
