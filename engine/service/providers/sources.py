"""What is told of one type: its schema, and the registry's page of it. Questions are answered elsewhere."""

from engine.core.addrs import ProviderPin
from engine.core.errors import NotFound
from engine.core.limits import REGISTRY_ANSWER_SECONDS, REGISTRY_HELP_SECONDS
from engine.core.providers.names import suggestion
from engine.core.providers.pages import Page, read_page
from engine.core.providers.schema import Block
from engine.ports.registry import Documentation, DocumentedType, PageKind
from engine.service.providers.asking import if_possible, in_time
from engine.service.services import Services


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
