"""Holding an operation while it is worked on: taking it up, renewing the lease, giving it up in the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import anyio

from engine.core.errors import Conflict, EngineError, StoreFailed
from engine.core.limits import LEASE_RENEW_SECONDS, LEASE_SECONDS
from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import RUNNING_STATES, OperationEvent, OperationState
from engine.ports.store import Transaction
from engine.service.journal import advance
from engine.service.lookup import find_operation
from engine.service.services import Services


async def claim(services: Services, operation: Operation, event: OperationEvent) -> Operation:
    """Take an operation up: move it to PLANNING under a lease of ours, with the next fencing token.

    Raises:
        Conflict: it cannot be taken up now, another operation on the resource is running, or one was
            interrupted and its outcome is not settled.
    """
    async with services.store.transaction() as transaction:
        await _require_settled(transaction, operation)
        return await advance(
            services,
            transaction,
            operation,
            event,
            lease=services.worker,
            lease_expires_at=_lease_end(services.clock.now()),
            fencing_token=operation.fencing_token + 1,
        )


@asynccontextmanager
async def held(services: Services, operation: Operation) -> AsyncIterator[None]:
    """Keep our lease alive while the operation is worked on; record it as failed where we are cancelled."""
    failure: EngineError | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_keep, services, operation)
        try:
            yield
        except EngineError as error:
            # Raised below: out of a task group it would come wrapped.
            failure = error
        except anyio.get_cancelled_exc_class():
            await _give_up(services, operation)
            raise
        finally:
            tasks.cancel_scope.cancel()
    if failure is not None:
        raise failure


def lapsed(services: Services, operation: Operation) -> bool:
    """Tell whether the worker of a running operation has not been heard of for longer than it may be."""
    return operation.lease_expires_at is None or operation.lease_expires_at <= services.clock.now()


async def _require_settled(transaction: Transaction, operation: Operation) -> None:
    """Refuse to work on a resource of which nobody knows whether it exists: it could be made twice."""
    if not operation.resource_id:
        return
    interrupted = {OperationState.INTERRUPTED}
    for other in await transaction.operations.list(
        operation.project_id, operation.resource_id, 1, interrupted
    ):
        raise Conflict(
            f"operation {other.id} on {operation.resource_id} was interrupted: its outcome is not known",
            field="resource_id",
            hint="`intent operation resume` reconciles it, `intent operation cancel` settles it as it is",
            facts={"operation_id": other.id},
        )


async def _keep(services: Services, operation: Operation) -> None:
    ours = True
    while ours:
        await anyio.sleep(LEASE_RENEW_SECONDS)
        # A database that cannot be written now may be the next time, and the lease has not lapsed before.
        with suppress(StoreFailed):
            ours = await _renew(services, operation)


async def _renew(services: Services, operation: Operation) -> bool:
    """Extend our lease; False where the operation is no longer ours."""
    async with services.store.transaction() as transaction:
        stored = await find_operation(transaction, operation.id)
        if stored.fencing_token != operation.fencing_token or not stored.lease:
            return False
        renewed = stored.model_copy(update={"lease_expires_at": _lease_end(services.clock.now())})
        await transaction.operations.save(renewed, stored.fencing_token)
        return True


async def _give_up(services: Services, operation: Operation) -> None:
    # What cannot be recorded now is found by `resume` when the lease has lapsed.
    with anyio.CancelScope(shield=True), suppress(StoreFailed, Conflict):
        async with services.store.transaction() as transaction:
            stored = await find_operation(transaction, operation.id)
            if stored.state in RUNNING_STATES:
                await advance(services, transaction, operation, OperationEvent.LOSE, error=_CUT_OFF)


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=LEASE_SECONDS)


_CUT_OFF = OperationError(
    code="cancelled",
    message="the caller went away before the operation had ended",
    hint="make the request again; `intent operation resume` reconciles one that was being applied",
)
