"""Use case: how one type of a provider looks: its members, what rules them, how its objects are imported."""

from pydantic import BaseModel, ConfigDict

from engine.core.addrs import ProviderPin, parse_type
from engine.core.auth.principals import Principal
from engine.core.errors import NotFound
from engine.core.limits import REGISTRY_ANSWER_SECONDS, REGISTRY_HELP_SECONDS
from engine.core.providers.described import Described, by_page, by_schema
from engine.core.providers.minimal import minimal
from engine.core.providers.names import suggestion
from engine.core.providers.pages import Page, read_page
from engine.core.providers.schema import Block
from engine.core.values import JsonObject
from engine.ports.registry import Documentation, DocumentedType, PageKind
from engine.service.providers.asking import if_possible, in_time
from engine.service.providers.owner import find_owner
from engine.service.providers.subject import Subject, subject_of
from engine.service.services import Services


class DescribedType(BaseModel):
    """A type of a provider at one version.

    Attributes:
        page: the registry's, for its rules, its words on importing, and its description where ours is empty.
        description: the schema's.
        minimal: the smallest configuration that the schema allows; None without the schema.
        notes: what the answer is without, in our words.
    """

    model_config = ConfigDict(frozen=True)

    subject: Subject
    name: str
    kind: PageKind
    members: tuple[Described, ...]
    page: Page
    description: str = ""
    minimal: JsonObject | None = None
    notes: tuple[str, ...] = ()


async def describe_type(
    services: Services,
    principal: Principal,
    provider: str,
    kind: PageKind,
    name: str,
    *,
    version: str = "",
    required_only: bool = False,
) -> DescribedType:
    """Return how one type looks; an empty `provider` stands for the one that `find_owner` finds.

    Raises:
        Forbidden, InvalidInput, NotFound, NotSetUp: see `subject_of` and `find_owner`; NotFound also where
            the provider has no such type, with the nearest.
        IntegrityFailed, RunnerFailed: see the port `SchemaCatalog`.
        RegistryFailed: the registry alone could answer, and cannot be asked.
    """
    parse_type(name)
    owner = provider or await find_owner(services, principal, name)
    subject = await subject_of(services, principal, owner, version)
    if subject.documentation is not None:
        page = await documented_page(services, subject.pin, subject.documentation, kind, name)
        members = by_page(page, required_only=required_only)
        return DescribedType(subject=subject, name=name, kind=kind, members=tuple(members), page=page)
    block = await block_of(services, subject.pin, kind, name)
    notes: list[str] = []
    page_or_none = await help_page(services, subject.pin, kind, name, notes)
    return DescribedType(
        subject=subject,
        name=name,
        kind=kind,
        members=tuple(by_schema(block, page_or_none, required_only=required_only)),
        page=page_or_none or Page(),
        description=block.description,
        minimal=minimal(block, name).config,
        notes=tuple(notes),
    )


async def block_of(services: Services, pin: ProviderPin, kind: PageKind, name: str) -> Block:
    """Return what the schema of an installed type says; raises what the port `SchemaCatalog` names."""
    source = services.schemas.resource if kind is PageKind.RESOURCE else services.schemas.data_source
    return (await source(pin, name)).block


async def help_page(
    services: Services, pin: ProviderPin, kind: PageKind, name: str, notes: list[str]
) -> Page | None:
    """Return what the registry says of an installed type; None where it cannot be had, which is noted."""
    of = DocumentedType(kind=kind, name=name, document=name.partition("_")[2] or name)
    text = await if_possible(
        lambda: services.registry.page(pin.address, pin.version, of),
        REGISTRY_HELP_SECONDS,
        notes,
        "without the registry's words and examples",
    )
    return None if text is None else read_page(text)


async def documented_page(
    services: Services, pin: ProviderPin, documentation: Documentation, kind: PageKind, name: str
) -> Page:
    """Return what the registry says of a type of a provider that is not installed.

    Raises:
        NotFound: the documentation lists no such type; the hint names the nearest.
        RegistryFailed: the registry cannot be asked.
    """
    listed = {each.name: each for each in documentation.types if each.kind is kind}
    if name not in listed:
        words = kind.value.replace("_", " ")
        near = suggestion(name, listed)
        raise NotFound(
            f"the documentation of {pin} has no {words} type {name}",
            field=f"{kind.value}_type",
            hint=near or f"`intent provider describe {pin.address}` lists them",
        )
    text = await in_time(
        lambda: services.registry.page(pin.address, pin.version, listed[name]), REGISTRY_ANSWER_SECONDS
    )
    return read_page(text)
