"""The operations of the tool `provider`: what there is, how types look, examples; a page at a time."""

from engine.ports.registry import PageKind
from engine.service.providers.describe import describe_provider
from engine.service.providers.describe_type import describe_type
from engine.service.providers.examples import type_examples
from engine.service.providers.search import search_providers
from engine.service.providers.versions import provider_versions
from server.mcp.arguments import ProviderArguments
from server.mcp.call import Call
from server.mcp.provider_results import ProviderResult
from server.mcp.tools import provider_lists as lists
from server.mcp.tools import provider_type as one
from server.mcp.tools.asked import named, project_meant
from server.mcp.tools.pages import paged


async def search(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """Find providers and types by what people call them."""
    found = await search_providers(call.services, call.principal, arguments.query, arguments.provider)
    entries = [lists.found_entry(one) for one in found.found]
    return paged(ProviderResult(notes=found.notes), entries, arguments.page)


async def versions(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """List the versions of a provider."""
    project = await project_meant(call, arguments)
    found = await provider_versions(call.services, call.principal, arguments.provider, project)
    entries = [lists.version_entry(each) for each in found.versions]
    return paged(lists.versions_head(found), entries, arguments.page)


async def describe(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """List what a provider offers: groups of types, its own configuration, then the one."""
    project = await project_meant(call, arguments)
    asked = describe_provider(call.services, call.principal, arguments.provider, arguments.version, project)
    found = await named(asked)
    entries = lists.provider_entries(found, arguments.filter)
    return paged(lists.provider_head(found, arguments.filter), entries, arguments.page)


async def resource(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """Show how a resource type looks."""
    return await _describe_type(call, arguments, PageKind.RESOURCE)


async def data_source(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """Show how a data source type looks."""
    return await _describe_type(call, arguments, PageKind.DATA_SOURCE)


async def examples(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """Show how a type is written."""
    asked = type_examples(
        call.services,
        call.principal,
        arguments.provider,
        arguments.type,
        version=arguments.version,
        project=await project_meant(call, arguments),
    )
    found = await named(asked)
    entries = [one.example_entry(each) for each in found.examples]
    return paged(one.examples_head(found), entries, arguments.page)


async def _describe_type(call: Call, arguments: ProviderArguments, kind: PageKind) -> ProviderResult:
    asked = describe_type(
        call.services,
        call.principal,
        arguments.provider,
        kind,
        arguments.type,
        version=arguments.version,
        project=await project_meant(call, arguments),
        required_only=arguments.required_only,
    )
    found = await named(asked)
    entries = one.type_entries(found, arguments.filter)
    return paged(one.type_head(found, arguments.filter), entries, arguments.page)
