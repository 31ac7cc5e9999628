"""Use case: take operations away from workers that were lost, and reconcile what they left."""

from contextlib import suppress
from typing import Final

from engine.core.errors import (
    Conflict,
    IntegrityFailed,
    InvalidInput,
    NotFound,
    NotSetUp,
    OutcomeUnknown,
    ProviderFailed,
    RunnerFailed,
)
from engine.core.limits import LIST_MAX
from engine.core.operations.operation import Operation, OperationKind
from engine.core.operations.states import RUNNING_STATES, OperationState
from engine.service.change_sets.reconcile import settle_set
from engine.service.lease import lapsed
from engine.service.lookup import find_operation
from engine.service.recover import recover
from engine.service.services import Services
from engine.service.take_away import take_away

_INTERRUPTED: Final = frozenset({OperationState.INTERRUPTED})
_UNTOLD: Final = (
    Conflict,
    IntegrityFailed,
    InvalidInput,
    NotFound,
    NotSetUp,
    OutcomeUnknown,
    ProviderFailed,
    RunnerFailed,
)


async def recover_lapsed(services: Services) -> tuple[Operation, ...]:
    """Return the operations that were taken away from lost workers or settled, as they stand now.

    What cannot be told now is looked at again later, each time after twice as long; where every place was
    asked and none told, a person has to look. A change set goes no further by itself: it is STOPPED once the
    outcome of each of its changes is known, FINISHED where all of them are done. Nothing that waits is
    recovered: a QUEUED operation is taken up by `resume`. Several engines may do this at once.

    Raises:
        StoreFailed: the database cannot be written; what was settled before stays settled.
    """
    async with services.store.transaction() as transaction:
        running = await transaction.operations.list(None, None, LIST_MAX, RUNNING_STATES)
    settled = [taken for each in running if (taken := await _taken(services, each)) is not None]
    async with services.store.transaction() as transaction:
        interrupted = await transaction.operations.list(None, None, LIST_MAX, _INTERRUPTED)
    for operation in interrupted:
        if not operation.to_retry and operation.kind is not OperationKind.CHANGE_SET:
            # What keeps it from an answer is in its record.
            with suppress(*_UNTOLD):
                stands = await recover(services, operation, if_due=True)
                settled += [stands] if stands.state is not OperationState.INTERRUPTED else []
    for change_set in interrupted:
        if change_set.kind is OperationKind.CHANGE_SET:
            # Somebody who takes it up meanwhile is let be.
            with suppress(Conflict):
                concluded = await settle_set(services, change_set)
                settled += [] if concluded is None else [concluded]
    return tuple({operation.id: operation for operation in settled}.values())


async def _taken(services: Services, operation: Operation) -> Operation | None:
    """Take an operation away from its worker, None where that one lives, or another engine was faster."""
    if not lapsed(services, operation):
        return None
    async with services.store.transaction() as transaction:
        stored = await find_operation(transaction, operation.id)
        if stored.state not in RUNNING_STATES or not lapsed(services, stored):
            return None
        return await take_away(services, transaction, stored)
