"""Carrying a change set out: checked whole, planned whole, decided whole, then applied in its order."""

from collections.abc import Mapping
from contextlib import suppress

import anyio

from engine.core.change_sets import action_of, summary_of
from engine.core.errors import Conflict, EngineError, StoreFailed
from engine.core.operations.operation import Operation, OperationError, PlanSummary
from engine.core.operations.states import OperationEvent, OperationState
from engine.ports.runner import Progress
from engine.service.change_sets.conclude import conclude
from engine.service.change_sets.decide import decide_set, view_of
from engine.service.change_sets.draft import Drafting, Drafts
from engine.service.change_sets.examine import examine
from engine.service.change_sets.members import enlist, give_up, is_done, newest_members, tasks_of
from engine.service.change_sets.turn import Turns
from engine.service.change_sets.walk import walk
from engine.service.change_sets.withdraw import withdraw
from engine.service.journal import advance
from engine.service.lookup import find_operation
from engine.service.services import Services


async def carry_out(services: Services, change_set: Operation, by: str, progress: Progress) -> Operation:
    """Carry a PLANNING set to its next resting state; what of it was done before is left as it is.

    `by` is the key of who has it taken up: the lock of a project knows its holder by that.

    Raises:
        EngineError: nothing of it could be done, or it is not known what was; the caller records it.
    """

    async def decide(drafts: Drafts) -> Operation:
        return await decide_set(services, await _planned(services, change_set, drafts), drafts)

    try:
        tasks = await tasks_of(services, change_set)
        examined = await examine(services, change_set, tasks)
        members = await enlist(services, change_set, tasks, examined.steps)
        drafting = Drafting(services, members, examined, by, progress)
        decided = await drafting.until(decide)
    except EngineError as error:
        return await _not_possible(services, change_set, error)
    except anyio.get_cancelled_exc_class():
        with anyio.CancelScope(shield=True):
            await _give_up(services, change_set)
        raise
    if decided.state is not OperationState.APPLYING:
        return decided
    turns = Turns(
        services=services,
        drafts=drafting.drafts,
        view=view_of(decided, drafting.drafts),
        members=await _members(services, decided),
        by=by,
        progress=progress,
    )

    async def work(name: str) -> bool:
        return (await turns.take(name)).state is OperationState.FINISHED

    await walk(examined.needs, work)
    return await conclude(services, decided)


async def _planned(services: Services, change_set: Operation, drafts: Drafts) -> Operation:
    actions = [draft.plan.action for draft in drafts.values()]
    summary = PlanSummary(
        actions=(action_of(actions),),
        changed=(),
        replace_paths=(),
        unknown=(),
        summary=summary_of(actions),
    )
    async with services.store.transaction() as transaction:
        return await advance(
            services, transaction, change_set, OperationEvent.PLANNED, plan_summary=summary.model_dump()
        )


async def _members(services: Services, change_set: Operation) -> Mapping[str, Operation]:
    async with services.store.transaction() as transaction:
        return await newest_members(transaction, change_set)


async def _give_up(services: Services, change_set: Operation) -> None:
    """Let nothing of a set wait that will not have its turn; what runs is given up by its own worker.

    The set itself ends here where somebody has asked for that, else with its lease.
    """
    with suppress(StoreFailed, Conflict):
        async with services.store.transaction() as transaction:
            stored = await find_operation(transaction, change_set.id)
            if stored.cancellation is not None and stored.state is not OperationState.APPLYING:
                await withdraw(services, transaction, change_set)
            else:
                await give_up(services, transaction, change_set)


async def _not_possible(services: Services, change_set: Operation, error: EngineError) -> Operation:
    """Give up what has not begun; a set of which something is done is STOPPED, else the error is raised."""
    async with services.store.transaction() as transaction:
        await give_up(services, transaction, change_set)
        members = await newest_members(transaction, change_set)
        if any(map(is_done, members.values())):
            told = OperationError.of(error)
            return await advance(services, transaction, change_set, OperationEvent.STOP, error=told)
    raise error
