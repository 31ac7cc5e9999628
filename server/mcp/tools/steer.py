"""The operations of the tool `intent` on an operation that was asked for before: resume and cancel."""

from collections.abc import Awaitable

from engine.core.errors import InvalidInput
from engine.core.operations.operation import Operation
from engine.service.cancel import cancel as cancel_operation
from engine.service.doubt.adopt import adopt
from engine.service.doubt.forget import forget
from engine.service.doubt.retry import retry
from engine.service.report import report
from engine.service.resume import resume as take_up
from server.mcp.arguments import IntentArguments
from server.mcp.call import Call
from server.mcp.results import IntentResult
from server.mcp.tools.outcome import begin, published


async def resume(call: Call, arguments: IntentArguments) -> IntentResult:
    """Go on with an operation that was approved, left queued or interrupted, or settle it as is said."""
    begun = await begin(call, _asked(call, arguments), resuming=True)
    wait = arguments.wait_seconds
    return published(await call.desk.carry_out(call.principal, begun.operation.id, wait, call.tell))


async def cancel(call: Call, arguments: IntentArguments) -> IntentResult:
    """Stop an operation, politely where its effect has begun; it is reported as it stands then."""
    operation = await cancel_operation(call.services, call.principal, arguments.operation_id)
    return published(await report(call.services, call.principal, operation.id))


def _asked(call: Call, arguments: IntentArguments) -> Awaitable[Operation]:
    services, principal, operation_id = call.services, call.principal, arguments.operation_id
    said = [name for name in ("adopt", "retry", "forget") if getattr(arguments, name)]
    if len(said) > 1:
        raise InvalidInput(
            f"{' and '.join(said)} exclude each other", field=said[1], hint="say what was found in the cloud"
        )
    if arguments.adopt:
        return adopt(services, principal, operation_id, arguments.adopt)
    if arguments.retry:
        return retry(services, principal, operation_id)
    if arguments.forget:
        return forget(services, principal, operation_id)
    return take_up(services, principal, operation_id)
