"""Ending a change set that somebody asked to stop while nothing of it was being applied."""

from typing import Any

from engine.core.auth.principals import Principal
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationEvent
from engine.ports.store import Transaction
from engine.service.change_sets.members import give_up, is_done, newest_members
from engine.service.journal import advance
from engine.service.lease import STOPPED
from engine.service.services import Services


async def withdraw(
    services: Services,
    transaction: Transaction,
    change_set: Operation,
    by: Principal | None = None,
    **fields: Any,  # noqa: ANN401 - what `advance` takes
) -> Operation:
    """Move a set that is not APPLYING to CANCELLED, to STOPPED where something of it was done before.

    What waits in it, or was planned, is cancelled.

    Raises:
        Conflict: it has moved on, or was taken from us.
    """
    await give_up(services, transaction, change_set)
    members = await newest_members(transaction, change_set)
    # INVARIANT: a set of which a change was carried out never says that nothing happened.
    begun = any(map(is_done, members.values()))
    event, error = (OperationEvent.STOP, STOPPED) if begun else (OperationEvent.CANCEL, None)
    return await advance(services, transaction, change_set, event, by=by, error=error, **fields)
