"""The operations of the tool `intent` about what a resource was: versions and restore."""

from engine.service.list_versions import list_versions
from engine.service.restore import restore as ask_to_restore
from server.mcp.arguments import IntentArguments
from server.mcp.call import Call
from server.mcp.results import IntentResult
from server.mcp.tools.outcome import project_to_read, settle


async def versions(call: Call, arguments: IntentArguments) -> IntentResult:
    """List the versions of a resource, newest first."""
    project = project_to_read(call, arguments)
    found = await list_versions(call.services, call.principal, project, arguments.resource_id)
    return IntentResult(versions=found.versions)


async def restore(call: Call, arguments: IntentArguments) -> IntentResult:
    """Bring an earlier version of a resource back."""
    asked = ask_to_restore(
        call.services,
        call.principal,
        project_to_read(call, arguments),
        resource_id=arguments.resource_id,
        version=arguments.version,
        dry_run=arguments.dry_run,
        idempotency_key=arguments.idempotency_key,
    )
    return await settle(call, asked, arguments.wait_seconds)
