"""The operations of the tool `intent` on several resources at once."""

from engine.service.change_sets.cascade import delete_cascade
from engine.service.change_sets.change_set import change_set as ask_to_change
from server.mcp.arguments import IntentArguments
from server.mcp.call import Call
from server.mcp.results import IntentResult
from server.mcp.tools.outcome import project_to_write, settle


async def change_set(call: Call, arguments: IntentArguments) -> IntentResult:
    """Carry several changes out as one."""
    asked = ask_to_change(
        call.services,
        call.principal,
        await project_to_write(call, arguments),
        changes=[*arguments.changes],
        dry_run=arguments.dry_run,
        reason=arguments.reason,
        idempotency_key=arguments.idempotency_key,
    )
    return await settle(call, asked, arguments.wait_seconds)


async def cascade(call: Call, arguments: IntentArguments) -> IntentResult:
    """Destroy a resource and everything that depends on it."""
    asked = delete_cascade(
        call.services,
        call.principal,
        await project_to_write(call, arguments),
        resource_ids=[arguments.resource_id],
        dry_run=arguments.dry_run,
        idempotency_key=arguments.idempotency_key,
    )
    return await settle(call, asked, arguments.wait_seconds)
