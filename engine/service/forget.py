"""Carrying out an eject: the record of a resource ends, its object stays."""

from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationEvent
from engine.service.journal import advance
from engine.service.known import look_up, require_uncrossed
from engine.service.lookup import find_resource
from engine.service.overtaken import end_overtaken
from engine.service.services import Services


async def forget(services: Services, operation: Operation) -> Operation:
    """End the resource's record and finish the PLANNING operation; nothing outside changes.

    Raises:
        NotFound: there is no such resource.
        Conflict: others depend on it.
    """
    async with services.store.transaction() as transaction:
        known = await look_up(transaction, operation)
        await require_uncrossed(transaction, operation, (), services.clock.now())
        resource = await find_resource(transaction, known.project, operation.resource_id)
        await transaction.resources.save(resource.ended(operation_id=operation.id, at=services.clock.now()))
        await end_overtaken(services, transaction, operation)
        return await advance(
            services,
            transaction,
            operation,
            OperationEvent.UNCHANGED,
            resource_type=resource.resource_type,
            provider=resource.provider,
            provider_version=resource.provider_version,
            provider_alias=resource.provider_alias,
            base_serial=resource.version,
            current_state=resource.shown_attributes,
        )
