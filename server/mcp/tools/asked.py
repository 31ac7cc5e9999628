"""What a question about providers means beside its words: the project, and names of arguments in errors."""

from collections.abc import Awaitable
from typing import Final, TypeVar

from engine.core.errors import EngineError
from engine.service.projects.list import list_projects
from server.mcp.arguments import ProviderArguments
from server.mcp.call import Call

T = TypeVar("T")

# What the use cases call an argument, and what this tool calls it.
_ARGUMENT_OF: Final = {
    "resource_type": "type",
    "data_source_type": "type",
    "provider_version": "version",
}


async def project_meant(call: Call, arguments: ProviderArguments) -> str:
    """Return the project whose version is meant: the named one, or the default one where it exists."""
    if "project" in arguments.model_fields_set:
        return arguments.project
    known = {project.name for project in await list_projects(call.services, call.principal)}
    return call.default_project if call.default_project in known else ""


async def named(asked: Awaitable[T]) -> T:
    """Return what was asked for; an error names the argument of this tool."""
    try:
        return await asked
    except EngineError as error:
        raise error.at(_ARGUMENT_OF.get(error.field or "", error.field or "type")) from error
