"""From stored resources to a configuration: order, providers, imports. Values are `translate`'s business."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.core.addrs import ConfiguredProvider, ProviderAddress, ProviderPin
from engine.core.errors import InvalidInput
from engine.core.graph import creation_order
from engine.core.hcl.configuration import Configuration, ImportBlock, ProviderBlock, ResourceBlock, Variable
from engine.core.hcl.literals import Value
from engine.core.hcl.translate import Member, Translation, literal
from engine.core.projects import Project
from engine.core.providers.check import complete
from engine.core.providers.credentials import is_credential
from engine.core.providers.schema import Block
from engine.core.values import JsonObject


def one_version_each(members: Sequence[Member]) -> tuple[ProviderPin, ...]:
    """Return the providers of these resources, each at its one version, by address.

    Raises:
        InvalidInput: a provider is used at two versions, which no single configuration can say.
    """
    pins: dict[str, ProviderPin] = {}
    for member in members:
        pin = member.resource.pin
        if pins.setdefault(pin.address.full, pin) != pin:
            raise _two_versions(pin.address, members)
    return tuple(pins[address] for address in sorted(pins))


def build(
    project: Project,
    members: Sequence[Member],
    others: Mapping[str, Member],
    settings: Mapping[ProviderPin, Block],
) -> Configuration:
    """Return the configuration of `members`.

    Args:
        project: its provider settings are used.
        members: the resources to write, with their schemas.
        others: resources that are referred to and not written, by resource id.
        settings: the configuration schema of each provider of `members`.

    Raises:
        InvalidInput: a provider is used at two versions, or a reference leads nowhere.
    """
    names = _local_names(one_version_each(members))
    resources, variables = translated(members, others)
    imports = {m.resource.address: _import_block(m) for m in members}
    return Configuration(
        providers=tuple(
            _provider_block(project, names[pin], pin, alias, settings[pin])
            for pin, alias in sorted(
                {(m.resource.pin, m.resource.provider_alias) for m in members}, key=_spelt
            )
        ),
        resources=tuple(_with_provider(block, names[block.pin]) for block in resources),
        imports=tuple(imports[block.address] for block in resources),
        variables=variables,
    )


def translated(
    members: Sequence[Member], others: Mapping[str, Member]
) -> tuple[tuple[ResourceBlock, ...], tuple[Variable, ...]]:
    """Return the blocks of `members` in the order of their creation, and the variables that they need.

    Raises:
        InvalidInput: a reference leads nowhere.
    """
    exported = {m.resource.resource_id: m for m in members}
    order = creation_order({name: m.resource.depends_on for name, m in exported.items()})
    variables: dict[str, Variable] = {}
    blocks = [Translation(exported[name], exported, others, variables).resource_block() for name in order]
    return tuple(blocks), tuple(variables.values())


def _with_provider(block: ResourceBlock, local: str) -> ResourceBlock:
    implied = block.resource_type.split("_", 1)[0]
    named = f"{local}.{block.alias}" if block.alias else local
    return block if implied == named else replace(block, provider=named)


def _import_block(member: Member) -> ImportBlock:
    resource = member.resource
    object_id = resource.import_id or (None if resource.state is None else resource.state.object_id)
    comments = () if object_id else (f"{resource.address} has no id that an import could take.",)
    return ImportBlock(address=resource.address, object_id=object_id, comments=comments)


def _spelt(used: tuple[ProviderPin, str]) -> tuple[str, str]:
    return used[0].address.full, used[1]


def _provider_block(project: Project, name: str, pin: ProviderPin, alias: str, block: Block) -> ProviderBlock:
    given = {ConfiguredProvider.parse(key): s for key, s in project.provider_settings.items()}
    configured = ConfiguredProvider(address=pin.address, alias=alias)
    settings, withheld = _without_credentials(block, complete(block, given.get(configured, {})))
    if alias:
        settings = {"alias": alias, **settings}
    comments = tuple(
        f"{path} is a credential and is not written; give it by environment." for path in withheld
    )
    return ProviderBlock(name=name, pin=pin, block=block, settings=settings, comments=comments)


def _without_credentials(block: Block, settings: JsonObject) -> tuple[dict[str, Value], list[str]]:
    """Return the settings less every secret, and the names of what was left out.

    INVARIANT: no value that the schema calls sensitive, or that has the name of a credential, is returned.
    """
    kept: dict[str, Value] = {}
    withheld: list[str] = []
    for name, value in settings.items():
        nested = block.block_types.get(name)
        attribute = block.attributes.get(name)
        if value is None:
            continue
        if is_credential(name, value) or (attribute is not None and attribute.sensitive):
            withheld.append(name)
        elif nested is not None and isinstance(value, list):
            cleaned = [_without_credentials(nested.block, item) for item in value if isinstance(item, dict)]
            kept[name] = [inner for inner, _ in cleaned]
            withheld += [f"{name}.{path}" for _, paths in cleaned for path in paths]
        elif nested is not None and isinstance(value, dict):
            kept[name], paths = _without_credentials(nested.block, value)
            withheld += [f"{name}.{path}" for path in paths]
        else:
            kept[name] = literal(value)
    return kept, withheld


def _local_names(pins: Sequence[ProviderPin]) -> dict[ProviderPin, str]:
    counts = [pin.address.name for pin in pins]
    return {
        pin: pin.address.name
        if counts.count(pin.address.name) == 1
        else f"{pin.address.namespace}-{pin.address.name}"
        for pin in pins
    }


def _two_versions(address: ProviderAddress, members: Sequence[Member]) -> InvalidInput:
    using = [m.resource for m in members if m.resource.pin.address == address]
    named = ", ".join(f"{r.resource_id} ({r.provider_version})" for r in using)
    return InvalidInput(
        f"{address} is used at more than one version: {named}; one configuration can have only one",
        field="resource_id",
        hint="export these resources one by one, or bring them to the same version",
    )
