"""The operations of the tool `provider`: what there is, how types look, examples; a page at a time."""

from collections.abc import Awaitable
from typing import Final, TypeVar

from engine.core.errors import EngineError
from engine.ports.registry import PageKind
from engine.service.projects.list import list_projects
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
from server.mcp.tools.pages import paged

T = TypeVar("T")

# What the use cases call an argument, and what this tool calls it.
_ARGUMENT_OF: Final = {
    "resource_type": "type",
    "data_source_type": "type",
    "provider_version": "version",
}


async def search(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """Find providers and types by what people call them."""
    found = await search_providers(call.services, call.principal, arguments.query, arguments.provider)
    entries = [lists.found_entry(one) for one in found.found]
    return paged(ProviderResult(notes=found.notes), entries, arguments.page)


async def versions(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """List the versions of a provider."""
    project = await _project(call, arguments)
    found = await provider_versions(call.services, call.principal, arguments.provider, project)
    entries = [lists.version_entry(each) for each in found.versions]
    return paged(lists.versions_head(found), entries, arguments.page)


async def describe(call: Call, arguments: ProviderArguments) -> ProviderResult:
    """List what a provider offers: groups of types, its own configuration, then the one."""
    project = await _project(call, arguments)
    asked = describe_provider(call.services, call.principal, arguments.provider, arguments.version, project)
    found = await _named(asked)
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
        project=await _project(call, arguments),
    )
    found = await _named(asked)
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
        project=await _project(call, arguments),
        required_only=arguments.required_only,
    )
    found = await _named(asked)
    entries = one.type_entries(found, arguments.filter)
    return paged(one.type_head(found, arguments.filter), entries, arguments.page)


async def _project(call: Call, arguments: ProviderArguments) -> str:
    """Return the project whose version is meant: the named one, or the default one where it exists."""
    if "project" in arguments.model_fields_set:
        return arguments.project
    known = {project.name for project in await list_projects(call.services, call.principal)}
    return call.default_project if call.default_project in known else ""


async def _named(asked: Awaitable[T]) -> T:
    """Return what was asked for; an error names the argument of this tool."""
    try:
        return await asked
    except EngineError as error:
        raise error.at(_ARGUMENT_OF.get(error.field or "", error.field or "type")) from error
