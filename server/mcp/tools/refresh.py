"""The operation `refresh` of the tool `intent`: of one resource, or of a whole project."""

from typing import Final

import anyio

from engine.core.errors import InvalidInput
from engine.core.limits import WAIT_DEFAULT_SECONDS
from engine.core.operations.operation import Accept, Missing
from engine.service.projects.show import show_project
from engine.service.refresh import refresh as ask_to_refresh
from engine.service.report import Next
from server.mcp.arguments import IntentArguments
from server.mcp.call import Call
from server.mcp.results import IntentResult, Standing, standing
from server.mcp.tools.outcome import begin, project_to_read, settle

# What has to be done first, first.
_URGENCY: Final[tuple[Next, ...]] = ("fix", "decide", "approve", "resume", "wait", "none")


async def refresh(call: Call, arguments: IntentArguments) -> IntentResult:
    """Compare with the cloud: one resource, or each one of the project."""
    project = project_to_read(call, arguments)
    accept, missing = Accept(arguments.accept), Missing(arguments.missing)
    if "resource_id" not in arguments.model_fields_set:
        if missing is not Missing.KEEP:
            raise InvalidInput(
                "missing is decided for one resource", field="missing", hint="give resource_id as well"
            )
        return await _refresh_all(call, project, accept)
    asked = ask_to_refresh(
        call.services,
        call.principal,
        project,
        resource_id=arguments.resource_id,
        accept=accept,
        missing=missing,
    )
    return await settle(call, asked, arguments.wait_seconds)


async def _refresh_all(call: Call, project: str, accept: Accept) -> IntentResult:
    listed = await show_project(call.services, call.principal, project)
    begun = []
    for each in listed.resources:
        asked = ask_to_refresh(
            call.services, call.principal, project, resource_id=each.resource_id, accept=accept
        )
        begun.append((await begin(call, asked)).operation.id)
    until = anyio.current_time() + WAIT_DEFAULT_SECONDS
    found = []
    for operation_id in begun:
        wait = max(0.0, until - anyio.current_time())
        found.append(await call.desk.carry_out(call.principal, operation_id, wait, call.tell))
    operations = tuple(_brief(standing(report)) for report in found)
    urgent = min((each.next for each in operations), key=_URGENCY.index, default="none")
    return IntentResult(operations=operations, next=urgent)


def _brief(found: Standing) -> Standing:
    """Return a standing less attributes and steps: of many resources, what differs is enough."""
    resource = found.resource
    kept = None if resource is None else resource.model_copy(update={"attributes": None})
    return found.model_copy(update={"resource": kept, "steps": ()})
