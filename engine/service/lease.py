"""Holding an operation while it is worked on: taking it up, renewing the lease, giving it up in the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import anyio

from engine.core.errors import Conflict, EngineError, StoreFailed
from engine.core.limits import LEASE_RENEW_SECONDS, LEASE_RETRY_SECONDS, LEASE_SECONDS
from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import RUNNING_STATES, OperationEvent, OperationState
from engine.ports.store import Transaction
from engine.service.journal import advance
from engine.service.locking import keep_lock, require_unlocked, writes
from engine.service.lookup import find_operation
from engine.service.services import Services


async def claim(services: Services, operation: Operation, event: OperationEvent, by: str) -> Operation:
    """Take an operation up for the principal of a key: PLANNING, under a lease of ours, with the next token.

    Raises:
        Conflict: it cannot be taken up now, another operation on the resource is running, one was
            interrupted and its outcome is not settled, or another principal has locked the project.
    """
    async with services.store.transaction() as transaction:
        await _require_settled(transaction, operation)
        if writes(operation.request):
            await require_unlocked(services, transaction, by, operation.project_id)
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
    ours, pause = True, LEASE_RENEW_SECONDS
    while ours:
        await anyio.sleep(pause)
        # Waiting for a busy database may have cost half of the lease already: it is tried again at once.
        pause = LEASE_RETRY_SECONDS
        with suppress(StoreFailed):
            ours = await _renew(services, operation)
            pause = LEASE_RENEW_SECONDS


async def _renew(services: Services, operation: Operation) -> bool:
    """Extend our lease; False where the operation is no longer ours."""
    async with services.store.transaction() as transaction:
        stored = await find_operation(transaction, operation.id)
        if stored.fencing_token != operation.fencing_token or not stored.lease:
            return False
        renewed = stored.model_copy(update={"lease_expires_at": _lease_end(services.clock.now())})
        await transaction.operations.save(renewed, stored.fencing_token)
        # What a holder set going keeps its lock, whoever else waits.
        await keep_lock(services, transaction, operation.actor.key, operation.project_id)
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
