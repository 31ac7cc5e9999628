"""Finding out what became of the changes that were under way when the worker of their set was lost."""

from typing import Final

from engine.core.operations.operation import Operation
from engine.core.operations.states import RUNNING_STATES, OperationState
from engine.service.change_sets.conclude import conclude
from engine.service.change_sets.members import newest_members
from engine.service.lease import lapsed
from engine.service.recover import recover
from engine.service.services import Services
from engine.service.take_away import take_away


async def reconcile(services: Services, change_set: Operation) -> None:
    """Settle each change of an INTERRUPTED set that lost its worker, one after the other.

    Raises:
        OutcomeUnknown, and others: see `engine.service.recover`; what was settled before stays so.
    """
    async with services.store.transaction() as transaction:
        for member in (await newest_members(transaction, change_set)).values():
            if member.state in RUNNING_STATES and lapsed(services, member):
                await take_away(services, transaction, member)
        members = await newest_members(transaction, change_set)
    for member in members.values():
        if member.state is OperationState.INTERRUPTED:
            await recover(services, member)


async def settle_set(services: Services, change_set: Operation) -> Operation | None:
    """Conclude an INTERRUPTED set none of whose changes is in doubt any more; None where one still is.

    Raises:
        Conflict: somebody has taken it up meanwhile.
    """
    async with services.store.transaction() as transaction:
        members = await newest_members(transaction, change_set)
    if any(member.state in _UNSETTLED for member in members.values()):
        return None
    return await conclude(services, change_set)


_UNSETTLED: Final = RUNNING_STATES | {OperationState.INTERRUPTED}
