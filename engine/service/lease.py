"""Holding an operation while it is worked on: taking it up, renewing the lease, giving it up in the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import anyio

from engine.core.errors import Conflict, EngineError, StoreFailed
from engine.core.limits import (
    CANCEL_LOOK_SECONDS,
    LEASE_RENEW_SECONDS,
    LEASE_RETRY_SECONDS,
    LEASE_SECONDS,
)
from engine.core.operations.operation import Operation, OperationError, OperationKind
from engine.core.operations.states import RUNNING_STATES, OperationEvent, OperationState
from engine.ports.store import Transaction
from engine.service.journal import advance
from engine.service.locking import keep_lock, require_unlocked, writes
from engine.service.lookup import find_operation
from engine.service.projects.openness import require_taken
from engine.service.services import Services


class Holding:
    """One operation that is worked on here.

    Attributes:
        work: what is cancelled when the operation is to stop. An effect that has begun is shielded from it.
        stop: set at the same moment; a runner that is given it ends its effect politely.
        begun: True from the moment when an effect may have begun.
    """

    def __init__(self) -> None:
        self.work = anyio.CancelScope()
        self.stop = anyio.Event()
        self.begun = False

    def heed(self, stored: Operation) -> None:
        """Stop where somebody has asked for it."""
        if stored.cancellation is not None and stored.state in RUNNING_STATES:
            self.stop.set()
            self.work.cancel()


async def claim(services: Services, operation: Operation, event: OperationEvent, by: str) -> Operation:
    """Take an operation up for the principal of a key: PLANNING, under a lease of ours, with the next token.

    Raises:
        Conflict: it cannot be taken up now, another operation on the resource is running, one was
            interrupted and its outcome is not settled, another principal has locked the project, or the
            project takes no changes.
    """
    async with services.store.transaction() as transaction:
        await require_taken(transaction, operation, services.clock.now())
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
async def held(services: Services, operation: Operation) -> AsyncIterator[Holding]:
    """Keep our lease alive while the operation is worked on; record it as failed where we are cancelled.

    Where somebody asks to stop it, what is inside is cancelled, the operation ends as cancelled, and what
    comes after goes on. An effect that has begun is followed to its outcome.
    """
    failure: EngineError | None = None
    holding = Holding()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_keep, services, operation, holding)
        try:
            with services.bells.listening(operation.id), holding.work:
                yield holding
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
    if holding.work.cancelled_caught:
        await _withdraw(services, operation, holding)


def lapsed(services: Services, operation: Operation) -> bool:
    """Tell whether the worker of a running operation has not been heard of for longer than it may be."""
    return operation.lease_expires_at is None or operation.lease_expires_at <= services.clock.now()


async def _require_settled(transaction: Transaction, operation: Operation) -> None:
    """Refuse to work on a resource of which nobody knows whether it exists: it could be made twice."""
    if not operation.resource_id:
        return
    interrupted = {OperationState.INTERRUPTED}
    for other in await transaction.operations.list(
        operation.project_id, operation.resource_id, 2, interrupted
    ):
        if other.id == operation.id:
            continue
        raise Conflict(
            f"operation {other.id} on {operation.resource_id} was interrupted: its outcome is not known",
            field="resource_id",
            hint="`intent operation resume` reconciles it, with --forget it is settled as it is",
            facts={"operation_id": other.id},
        )


async def _keep(services: Services, operation: Operation, holding: Holding) -> None:
    ours, renewed, late = True, anyio.current_time(), False
    while ours:
        # Waiting for a busy database may have cost half of the lease already: it is tried again at once.
        often = LEASE_RETRY_SECONDS if late else CANCEL_LOOK_SECONDS
        with anyio.move_on_after(min(often, LEASE_RENEW_SECONDS)):
            await services.bells.rung(operation.id)
        late = anyio.current_time() - renewed >= LEASE_RENEW_SECONDS
        with suppress(StoreFailed):
            ours = await _look(services, operation, holding, renew=late)
            renewed, late = (anyio.current_time(), False) if late else (renewed, False)


async def _look(services: Services, operation: Operation, holding: Holding, *, renew: bool) -> bool:
    """Heed what the operation's row says, and extend our lease; False where it is no longer ours."""
    async with services.store.transaction() as transaction:
        stored = await find_operation(transaction, operation.id)
        if stored.fencing_token != operation.fencing_token or not stored.lease:
            return False
        if renew:
            renewed = stored.model_copy(update={"lease_expires_at": _lease_end(services.clock.now())})
            await transaction.operations.save(renewed, stored.fencing_token)
            # What a holder set going keeps its lock, whoever else waits.
            await keep_lock(services, transaction, operation.actor.key, operation.project_id)
    holding.heed(stored)
    return True


async def _withdraw(services: Services, operation: Operation, holding: Holding) -> None:
    """End an operation whose work was stopped because somebody asked for it."""
    async with services.store.transaction() as transaction:
        stored = await find_operation(transaction, operation.id)
        if stored.fencing_token != operation.fencing_token or stored.state not in RUNNING_STATES:
            # Its effect came to its end, or somebody has taken it from us.
            return
        event, error = OperationEvent.CANCEL, None
        if stored.kind is OperationKind.CHANGE_SET:
            # One that could be ended as if nothing had been done has been by now.
            event, error = OperationEvent.STOP, STOPPED
        elif stored.state is OperationState.APPLYING:
            lost = (OperationEvent.LOSE, _CUT_OFF)
            event, error = lost if holding.begun else (OperationEvent.FAIL, NOTHING_DONE)
        await advance(services, transaction, operation, event, error=error)


async def _give_up(services: Services, operation: Operation) -> None:
    # What cannot be recorded now is found by `resume` when the lease has lapsed.
    with anyio.CancelScope(shield=True), suppress(StoreFailed, Conflict):
        async with services.store.transaction() as transaction:
            stored = await find_operation(transaction, operation.id)
            if stored.state in RUNNING_STATES:
                # The changes of a set have ended by now; what is left of it goes on when it is resumed.
                is_set = stored.kind is OperationKind.CHANGE_SET
                event = OperationEvent.STOP if is_set else OperationEvent.LOSE
                await advance(services, transaction, operation, event, error=_CUT_OFF)


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=LEASE_SECONDS)


NOTHING_DONE = OperationError(
    code="cancelled",
    message="it was cancelled before anything had been changed",
    hint="make the request again if it is wanted after all",
)
STOPPED = OperationError(
    code="cancelled",
    message="it was cancelled; what was done before stays done",
    hint="`intent operation resume` goes on with what was not done",
)
_CUT_OFF = OperationError(
    code="cancelled",
    message="the caller went away before the operation had ended",
    hint="make the request again; `intent operation resume` reconciles one that was being applied",
)
