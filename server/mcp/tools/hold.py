"""The operations of the tool `intent` that keep others from a project for a while: lock and unlock."""

from engine.service.projects.lock import lock_project
from engine.service.projects.show import show_project
from engine.service.projects.unlock import unlock_project
from server.mcp.arguments import IntentArguments
from server.mcp.call import Call
from server.mcp.results import IntentResult, overview
from server.mcp.tools.outcome import project_to_read, project_to_write


async def lock(call: Call, arguments: IntentArguments) -> IntentResult:
    """Lock a project, and say what it holds."""
    project = await project_to_write(call, arguments)
    await lock_project(call.services, call.principal, project, arguments.reason)
    return IntentResult(overview=overview(await show_project(call.services, call.principal, project)))


async def unlock(call: Call, arguments: IntentArguments) -> IntentResult:
    """End a lock of the caller's own; one that has lapsed is ended already."""
    project = project_to_read(call, arguments)
    await unlock_project(call.services, call.principal, project)
    return IntentResult(overview=overview(await show_project(call.services, call.principal, project)))
