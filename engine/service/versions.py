"""The next version of a resource: what is kept of it after a change, or after one that failed."""

from engine.core.operations.operation import Operation
from engine.core.resources import Resource
from engine.core.state import InstanceState
from engine.core.values import JsonObject
from engine.ports.runner import Applied
from engine.ports.store import Transaction
from engine.service.overtaken import end_overtaken
from engine.service.prepare import Prepared
from engine.service.services import Services


async def keep_version(
    services: Services, transaction: Transaction, operation: Operation, prepared: Prepared, applied: Applied
) -> None:
    """Keep a new version of the resource where the apply left another state than the one remembered.

    A change that failed keeps the configuration that was in force before; a creation that failed half-way
    keeps the one that was asked for, so that the next update can mend it.
    """
    present = prepared.known.present
    if applied.state is None:
        if present is not None:
            await transaction.resources.save(
                present.ended(operation_id=operation.id, at=services.clock.now())
            )
            await end_overtaken(services, transaction, operation)
        return
    failed = applied.failure is not None
    if failed and present is not None and present.state == applied.state:
        return
    version = _version(services, operation, prepared, applied.state, failed=failed)
    await transaction.resources.save(version)


async def keep_config(
    services: Services, transaction: Transaction, operation: Operation, prepared: Prepared
) -> None:
    """Keep a configuration that differs from the stored one although its plan changes nothing."""
    present = prepared.known.present
    if present is None or present.state is None or prepared.config is None:
        return
    if (prepared.config, prepared.depends_on) != (present.config, present.depends_on):
        version = _version(services, operation, prepared, present.state, failed=False)
        await transaction.resources.save(version)


def _version(
    services: Services, operation: Operation, prepared: Prepared, state: InstanceState, *, failed: bool
) -> Resource:
    present = prepared.known.present
    config: JsonObject = prepared.config or {}
    depends_on = prepared.depends_on
    if present is not None and (failed or prepared.config is None):
        config, depends_on = present.config, present.depends_on
    return Resource(
        project_id=prepared.known.project.id,
        resource_id=operation.resource_id,
        resource_type=prepared.job.resource_type,
        provider=str(prepared.job.pin.address),
        provider_version=str(prepared.job.pin.version),
        provider_alias=prepared.provider_alias,
        config=config,
        state=state,
        sensitive=prepared.secrecy.marks(state.attributes),
        depends_on=depends_on,
        import_id=operation.request.import_id or (present.import_id if present is not None else None),
        version=prepared.known.base_serial + 1,
        operation_id=operation.id,
        created_at=services.clock.now(),
    )
