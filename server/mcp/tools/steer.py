"""The operations of the tool `intent` on an operation that was asked for before: resume and cancel."""

from engine.service.cancel import cancel as cancel_operation
from engine.service.report import report
from engine.service.resume import resume as take_up
from server.mcp.arguments import IntentArguments
from server.mcp.call import Call
from server.mcp.results import IntentResult
from server.mcp.tools.outcome import begin, published


async def resume(call: Call, arguments: IntentArguments) -> IntentResult:
    """Go on with an operation that was approved, left queued or interrupted."""
    asked = take_up(call.services, call.principal, arguments.operation_id)
    begun = await begin(call, asked, resuming=True)
    wait = arguments.wait_seconds
    return published(await call.desk.carry_out(call.principal, begun.operation.id, wait, call.tell))


async def cancel(call: Call, arguments: IntentArguments) -> IntentResult:
    """Stop an operation, politely where its effect has begun; it is reported as it stands then."""
    operation = await cancel_operation(call.services, call.principal, arguments.operation_id)
    return published(await report(call.services, call.principal, operation.id))
