"""The operations of the tool `intent` that only look: read, graph and status."""

from engine.core.lifetimes import lifetime_words
from engine.service.interrupted import interrupted
from engine.service.projects.graph import project_graph
from engine.service.projects.list import list_projects
from engine.service.projects.show import show_project
from engine.service.read import read as ask_to_read
from engine.service.report import report
from engine.service.show_resource import show_resource
from server.mcp.arguments import IntentArguments
from server.mcp.call import Call
from server.mcp.results import IntentResult, ListedProject, overview, standing, stored
from server.mcp.tools.outcome import project_to_read, published, settle


async def read(call: Call, arguments: IntentArguments) -> IntentResult:
    """Show a resource as the engine remembers it, or what a data source says now."""
    project = project_to_read(call, arguments)
    if "resource_id" in arguments.model_fields_set:
        return stored(await show_resource(call.services, call.principal, project, arguments.resource_id))
    asked = ask_to_read(
        call.services,
        call.principal,
        project,
        provider=arguments.provider,
        data_source_type=arguments.data_source_type,
        config=arguments.config,
        provider_alias=arguments.provider_alias,
    )
    return await settle(call, asked, arguments.wait_seconds)


async def graph(call: Call, arguments: IntentArguments) -> IntentResult:
    """Say what depends on what in a project."""
    project = project_to_read(call, arguments)
    return IntentResult(graph=await project_graph(call.services, call.principal, project))


async def status(call: Call, arguments: IntentArguments) -> IntentResult:
    """Say where an operation stands, what a project holds, or which projects there are."""
    if "operation_id" in arguments.model_fields_set:
        return published(await report(call.services, call.principal, arguments.operation_id))
    if "project" in arguments.model_fields_set:
        shown = await show_project(call.services, call.principal, arguments.project)
        return IntentResult(overview=overview(shown))
    projects = await list_projects(call.services, call.principal)
    unsettled = await interrupted(call.services, call.principal)
    now = call.services.clock.now()
    return IntentResult(
        next="resume" if unsettled else "none",
        operations=tuple(standing(each) for each in unsettled),
        projects=tuple(
            ListedProject(
                project=project.name,
                labels=project.labels,
                time=lifetime_words(project, now),
                created_at=project.created_at.isoformat(),
                default=project.name == call.default_project,
            )
            for project in projects
        ),
    )
