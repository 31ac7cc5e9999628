"""The steps of an operation's journal, as it moves and as OpenTofu tells of its effect.

INVARIANT: a step is committed, open, before what it announces is begun, and one is open only while its
operation runs. Whoever finds one open whose worker is gone knows what may have happened.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from engine.core.errors import Conflict, StoreFailed
from engine.core.operations.operation import Operation, OperationKind
from engine.core.operations.states import OperationEvent
from engine.core.operations.steps import EffectEvent, Step, StepKind, StepOutcome
from engine.ports.runner import Applied
from engine.ports.store import Transaction
from engine.service.secrecy import Secrets
from engine.service.services import Services

_TAKEN_UP: Final = frozenset({OperationEvent.PLAN, OperationEvent.RESUME, OperationEvent.RETRY})
_EFFECT_BEGUN: Final = frozenset({OperationEvent.ALLOW, OperationEvent.APPROVED})
_FIRST_STEPS: Final[Mapping[OperationKind, StepKind]] = {
    OperationKind.IMPORT: StepKind.IMPORT,
    OperationKind.EJECT: StepKind.SAVE,
}
# Any other event that finds a step open leaves unsaid how far its worker came.
_ENDINGS: Final[Mapping[OperationEvent, StepOutcome]] = {
    OperationEvent.PLANNED: StepOutcome.DONE,
    OperationEvent.UNCHANGED: StepOutcome.DONE,
    OperationEvent.APPLIED: StepOutcome.DONE,
    OperationEvent.FAIL: StepOutcome.FAILED,
}


async def follow(
    services: Services,
    transaction: Transaction,
    moved: Operation,
    event: OperationEvent,
    outcome: StepOutcome | None,
) -> None:
    """End the step that an event of an operation ends, and begin the one that follows it.

    `outcome` says how the open step ended where the event does not.

    Raises:
        NotFound, Conflict: see `engine.ports.journal`.
    """
    await _end(services, transaction, moved, outcome or _ENDINGS.get(event, StepOutcome.LOST))
    # A change set does nothing outside by itself: the changes in it have steps of their own.
    if moved.kind is OperationKind.CHANGE_SET:
        return
    if event in _TAKEN_UP:
        await _begin(services, transaction, moved, _FIRST_STEPS.get(moved.kind, StepKind.PLAN))
    elif event in _EFFECT_BEGUN:
        await _begin(services, transaction, moved, StepKind.APPLY)


class EffectJournal:
    """Keeps what OpenTofu says in the open step of an operation, each event at once.

    `secrets` are those of the operation: an id that holds one is marked.
    """

    def __init__(self, services: Services, operation: Operation, secrets: Secrets) -> None:
        self._services = services
        self._operation = operation
        self._secrets = secrets
        self._unkept: list[tuple[datetime, EffectEvent]] = []

    async def hear(self, event: EffectEvent) -> None:
        """Keep an event, and what could not be kept before; an effect under way is never ended by this.

        What the database does not take is tried again with the next event, and by `begin_saving`. A worker
        from which the operation was taken finds that out when it saves.
        """
        secret = event.object_id is not None and self._secrets.hidden(event.object_id) != event.object_id
        noted = event.model_copy(update={"secret": secret})
        self._unkept.append((self._services.clock.now(), noted))
        with suppress(StoreFailed, Conflict):
            async with self._services.store.transaction() as transaction:
                await self._keep(transaction)
            self._unkept.clear()

    async def begin_saving(self, applied: Applied) -> None:
        """End the step of the apply where its outcome is known, and begin the one that saves it.

        Raises:
            Conflict: the operation was taken from us.
            StoreFailed: the database cannot be written.
        """
        ended = StepOutcome.FAILED if applied.failure is not None else StepOutcome.DONE
        async with self._services.store.transaction() as transaction:
            await self._keep(transaction)
            if applied.outcome_known:
                await _end(self._services, transaction, self._operation, ended)
                await _begin(self._services, transaction, self._operation, StepKind.SAVE)

    async def _keep(self, transaction: Transaction) -> None:
        for step in await _open_steps(transaction, self._operation):
            for at, event in self._unkept:
                token = self._operation.fencing_token
                await transaction.journal.note(step, event, fencing_token=token, at=at)


async def _begin(services: Services, transaction: Transaction, operation: Operation, kind: StepKind) -> None:
    await transaction.journal.begin(
        operation.id,
        kind,
        worker=services.worker,
        fencing_token=operation.fencing_token,
        at=services.clock.now(),
    )


async def _end(
    services: Services, transaction: Transaction, operation: Operation, outcome: StepOutcome
) -> None:
    for step in await _open_steps(transaction, operation):
        token = operation.fencing_token
        await transaction.journal.end(step, outcome, fencing_token=token, at=services.clock.now())


async def _open_steps(transaction: Transaction, operation: Operation) -> list[Step]:
    return [step for step in await transaction.journal.steps(operation.id) if step.outcome is None]
