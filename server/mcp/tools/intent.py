"""The operations of the tool `intent` that ask for a change: create, update, delete, import, eject."""

from engine.core.operations.operation import UpdateMode
from engine.service.create import create as ask_to_create
from engine.service.delete import delete as ask_to_delete
from engine.service.eject import eject as ask_to_eject
from engine.service.import_ import import_ as ask_to_import
from engine.service.update import update as ask_to_update
from server.mcp.arguments import IntentArguments
from server.mcp.call import Call
from server.mcp.results import IntentResult
from server.mcp.tools.outcome import project_to_write, settle
from server.mcp.tools.sets import cascade


async def create(call: Call, arguments: IntentArguments) -> IntentResult:
    """Make a resource."""
    asked = ask_to_create(
        call.services,
        call.principal,
        await project_to_write(call, arguments),
        resource_id=arguments.resource_id,
        provider=arguments.provider,
        resource_type=arguments.resource_type,
        config=arguments.config,
        provider_version=arguments.provider_version,
        provider_alias=arguments.provider_alias,
        depends_on=tuple(arguments.depends_on),
        dry_run=arguments.dry_run,
        idempotency_key=arguments.idempotency_key,
    )
    return await settle(call, asked, arguments.wait_seconds)


async def update(call: Call, arguments: IntentArguments) -> IntentResult:
    """Change a resource."""
    asked = ask_to_update(
        call.services,
        call.principal,
        await project_to_write(call, arguments),
        resource_id=arguments.resource_id,
        config=arguments.config,
        mode=UpdateMode(arguments.mode),
        dry_run=arguments.dry_run,
        idempotency_key=arguments.idempotency_key,
    )
    return await settle(call, asked, arguments.wait_seconds)


async def delete(call: Call, arguments: IntentArguments) -> IntentResult:
    """Destroy a resource, with everything that depends on it where that is wanted."""
    if arguments.cascade:
        return await cascade(call, arguments)
    asked = ask_to_delete(
        call.services,
        call.principal,
        await project_to_write(call, arguments),
        resource_id=arguments.resource_id,
        dry_run=arguments.dry_run,
        idempotency_key=arguments.idempotency_key,
    )
    return await settle(call, asked, arguments.wait_seconds)


async def import_(call: Call, arguments: IntentArguments) -> IntentResult:
    """Take an existing object of the cloud into a project."""
    asked = ask_to_import(
        call.services,
        call.principal,
        await project_to_write(call, arguments),
        resource_id=arguments.resource_id,
        provider=arguments.provider,
        resource_type=arguments.resource_type,
        import_id=arguments.import_id,
        provider_version=arguments.provider_version,
        provider_alias=arguments.provider_alias,
        idempotency_key=arguments.idempotency_key,
    )
    return await settle(call, asked, arguments.wait_seconds)


async def eject(call: Call, arguments: IntentArguments) -> IntentResult:
    """Forget a resource without destroying it."""
    project = await project_to_write(call, arguments)
    asked = ask_to_eject(call.services, call.principal, project, resource_id=arguments.resource_id)
    return await settle(call, asked, arguments.wait_seconds)
