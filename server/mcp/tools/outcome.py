"""Waiting for the outcome of what was asked for; whoever stops waiting does not stop the operation."""

from collections.abc import Awaitable

import anyio

from engine.core.errors import Conflict
from engine.core.operations.operation import Operation
from engine.core.operations.states import RUNNING_STATES, OperationState
from engine.service.projects.create import create_project
from engine.service.projects.list import list_projects
from engine.service.report import OperationReport, report
from server.mcp.arguments import IntentArguments
from server.mcp.call import Call
from server.mcp.results import IntentResult, standing

_UNDER_WAY = RUNNING_STATES | {OperationState.QUEUED}


async def settle(call: Call, asked: Awaitable[Operation], wait: float) -> IntentResult:
    """Begin what was asked for, wait at most `wait` seconds, and return the operation as it stands then."""
    begun = await begin(call, asked)
    if begun.operation.state in _UNDER_WAY and wait:
        begun = await call.desk.carry_out(call.principal, begun.operation.id, wait, call.tell)
    return published(begun)


async def begin(call: Call, asked: Awaitable[Operation], *, resuming: bool = False) -> OperationReport:
    """Record a request and start it; one that was made before by its key is reported as it stands."""
    # INVARIANT: a request that was recorded is started, also where the caller goes away in between.
    with anyio.CancelScope(shield=True):
        operation = await asked
        if resuming or operation.state in _UNDER_WAY:
            begun = await call.desk.carry_out(call.principal, operation.id, 0, call.tell)
        else:
            begun = await report(call.services, call.principal, operation.id)
    return begun


def published(found: OperationReport) -> IntentResult:
    """Return the answer about one operation."""
    return IntentResult(**dict(standing(found)))


def project_to_read(call: Call, arguments: IntentArguments) -> str:
    """Return the project that a call is about."""
    return arguments.project if "project" in arguments.model_fields_set else call.default_project


async def project_to_write(call: Call, arguments: IntentArguments) -> str:
    """Return the project that a call is about; the default one is made where it is missing.

    Raises:
        EngineError: see `create_project`.
    """
    if "project" in arguments.model_fields_set:
        return arguments.project
    known = {project.name for project in await list_projects(call.services, call.principal)}
    if call.default_project not in known:
        try:
            await create_project(call.services, call.principal, call.default_project)
        except Conflict:
            # Another call made it at the same moment.
            return call.default_project
    return call.default_project
