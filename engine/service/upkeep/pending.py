"""Operations that wait for a worker: the engine's own once approved, and queued ones that nobody took up."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from engine.core.auth.principals import PrincipalKind, system
from engine.core.errors import Conflict
from engine.core.limits import QUEUED_MAX_SECONDS, QUEUED_TAKEN_UP_SECONDS, UPKEEP_OPERATIONS_MAX
from engine.core.operations.operation import Operation, OperationError, OperationKind
from engine.core.operations.states import RUNNING_STATES, OperationEvent, OperationState
from engine.service.cancel import cancel
from engine.service.journal import advance
from engine.service.locking import is_locked
from engine.service.recover_lapsed import recover_lapsed
from engine.service.services import Services
from engine.service.upkeep.found import Pass

_APPROVED: Final = frozenset({OperationState.READY_FOR_EXECUTION})
_QUEUED: Final = frozenset({OperationState.QUEUED})
_AT_REST: Final = frozenset({OperationState.STOPPED, OperationState.INTERRUPTED})
_TAKEN_UP: Final = timedelta(seconds=QUEUED_TAKEN_UP_SECONDS)
_GIVEN_UP: Final = timedelta(seconds=QUEUED_MAX_SECONDS)


async def recover_lost(services: Services, found: Pass) -> None:
    """Take operations away from lost workers, and settle what they left as far as it can be told."""
    found.recovered += [operation.id for operation in await recover_lapsed(services)]


async def end_stopped(services: Services, found: Pass) -> None:
    """End the engine's own change sets that stopped or were interrupted; what is done of them stays done.

    What is missing is asked for by the next attempt. A change of unknown outcome is settled by itself.
    """
    for whole in await _listed(services, _AT_REST):
        if whole.actor.kind is PrincipalKind.SYSTEM and whole.kind is OperationKind.CHANGE_SET:
            # Another engine may have been faster.
            with found.item(f"change set {whole.id}"), suppress(Conflict):
                await cancel(services, whole.actor, whole.id)
                found.given_up.append(whole.id)


async def carry_on(services: Services, found: Pass) -> None:
    """Have what a person approved of the engine's own operations carried out: nobody else would resume it."""
    for approved in reversed(await _listed(services, _APPROVED)):
        if approved.actor.kind is PrincipalKind.SYSTEM and not await _locked(services, approved):
            found.due.append(approved.id)


async def queued_too_long(services: Services, found: Pass) -> None:
    """Have carried out what nobody took up within a minute, fail what was queued for six hours.

    Whoever asked for one may have died before it was begun: soon after, it is what was asked for; later it
    may not be wanted any more.
    """
    for queued in reversed(await _listed(services, _QUEUED)):
        age = services.clock.now() - queued.created_at
        if age >= _GIVEN_UP:
            with found.item(f"operation {queued.id}"):
                await _give_up(services, queued)
                found.given_up.append(queued.id)
        elif age >= _TAKEN_UP and not await _locked(services, queued):
            found.due.append(queued.id)


async def under_way(services: Services) -> int:
    """Return how many operations of the engine itself have not ended, those that wait for a person apart."""
    unsettled = await _listed(services, RUNNING_STATES | _QUEUED)
    return sum(operation.actor.kind is PrincipalKind.SYSTEM for operation in unsettled)


async def _listed(services: Services, states: frozenset[OperationState]) -> Sequence[Operation]:
    async with services.store.transaction() as transaction:
        listed = await transaction.operations.list(None, None, UPKEEP_OPERATIONS_MAX, states)
    return [operation for operation in listed if operation.change_set_id is None]


async def _locked(services: Services, operation: Operation) -> bool:
    async with services.store.transaction() as transaction:
        return await is_locked(services, transaction, operation.project_id)


async def _give_up(services: Services, queued: Operation) -> None:
    async with services.store.transaction() as transaction:
        await advance(services, transaction, queued, OperationEvent.FAIL, by=system(), error=_NOT_TAKEN_UP)


_NOT_TAKEN_UP: Final = OperationError(
    code="interrupted",
    message="no worker took this request up within six hours; nothing was done",
    hint="make the request again",
)
