"""The operations of the tool `provider`: what is at hand, and how types look, a page at a time."""

from typing import Final

from engine.core.addrs import ProviderPin
from engine.core.errors import EngineError
from engine.service.providers.describe import TypeKind, describe_provider, describe_type
from engine.service.providers.search import search_providers
from engine.service.providers.versions import provider_versions
from server.mcp.arguments import ProviderArguments
from server.mcp.call import Call
from server.mcp.results import ProviderResult, ProviderVersion
from server.mcp.tools.pages import Entry, entries_of, paged

# What the use cases call an argument, and what this tool calls it.
_ARGUMENT_OF: Final = {
    "resource_type": "type",
    "data_source_type": "type",
    "provider_version": "version",
}


async def search(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """List the providers at hand by a part of their address."""
    found = search_providers(call.services, call.principal, arguments.query)
    return ProviderResult(providers=tuple(_shown(pin) for pin in found))


async def versions(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """List the versions at hand of a provider."""
    found = provider_versions(call.services, call.principal, arguments.provider)
    return ProviderResult(providers=tuple(_shown(pin) for pin in found))


async def describe(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """List what a provider offers: its types, then its own configuration."""
    found = await describe_provider(call.services, call.principal, arguments.provider, arguments.version)
    entries = [Entry("resources", name) for name in found.index.resources]
    entries += [Entry("data_sources", name) for name in found.index.data_sources]
    entries += entries_of(found.index.configuration.block, required_only=False)
    return paged(ProviderResult(providers=(_shown(found.pin),)), entries, arguments)


async def resource(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """Show how a resource type looks."""
    return await _describe_type(call, arguments, TypeKind.RESOURCE)


async def data_source(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """Show how a data source type looks."""
    return await _describe_type(call, arguments, TypeKind.DATA_SOURCE)


async def _describe_type(call: Call, arguments: ProviderArguments, kind: TypeKind) -> ProviderResult:
    try:
        found = await describe_type(
            call.services, call.principal, arguments.provider, kind, arguments.type, version=arguments.version
        )
    except EngineError as error:
        raise error.at(_ARGUMENT_OF.get(error.field or "", error.field or "type")) from error
    entries = entries_of(found.type_schema.block, required_only=arguments.required_only)
    return paged(ProviderResult(providers=(_shown(found.pin),), type=found.name), entries, arguments)


def _shown(pin: ProviderPin) -> ProviderVersion:
    return ProviderVersion(provider=str(pin.address), version=str(pin.version))
