"""What `engine.ports.journal` promises, for every store alike."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from engine.core.errors import Conflict, NotFound
from engine.core.operations.steps import EffectEvent, Step, StepEvent, StepKind, StepOutcome
from engine.ports.journal import Journal
from engine.ports.store import Store
from engine.testing import builders as new

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.1.journal")]

LATER = new.MOMENT + timedelta(seconds=1)
OPERATION = new.operation(lease="host:1:1", fencing_token=3)
START = EffectEvent(type="apply_start", action="create")
COMPLETE = EffectEvent(type="apply_complete", action="create", object_id="vpc-1")


def step(number: int, kind: StepKind, **changes: object) -> Step:
    fields = {
        "operation_id": OPERATION.id,
        "number": number,
        "kind": kind,
        "fencing_token": 3,
        "worker": "host:1:1",
        "begun_at": new.MOMENT,
    }
    return Step.model_validate({**fields, **changes})


async def begin(store: Store, kind: StepKind = StepKind.APPLY, token: int = 3) -> Step:
    async with store.transaction() as tx:
        return await tx.journal.begin(
            OPERATION.id, kind, worker="host:1:1", fencing_token=token, at=new.MOMENT
        )


async def add(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.operations.add(OPERATION)


async def test_steps_are_counted_kept_in_order_and_ended_once(store: Store) -> None:
    await add(store)
    plan, apply = await begin(store, StepKind.PLAN), await begin(store)
    assert (plan, apply) == (step(1, StepKind.PLAN), step(2, StepKind.APPLY))
    async with store.transaction() as tx:
        ended = await tx.journal.end(plan, StepOutcome.DONE, fencing_token=3, at=LATER)
        with pytest.raises(Conflict, match=r"step 1 of operation .* is not open"):
            await tx.journal.end(plan, StepOutcome.LOST, fencing_token=3, at=LATER)
    assert ended == step(1, StepKind.PLAN, outcome=StepOutcome.DONE, ended_at=LATER)
    async with store.transaction() as tx:
        assert await tx.journal.steps(OPERATION.id) == [ended, apply]
        assert await tx.journal.steps(new.identifier(9)) == []


async def test_events_are_counted_in_their_step_and_kept_as_they_came(store: Store) -> None:
    await add(store)
    first, second = await begin(store), await begin(store)
    noted: list[StepEvent] = []
    for each, event in ((first, START), (second, START), (first, COMPLETE)):
        async with store.transaction() as tx:
            noted.append(await tx.journal.note(each, event, fencing_token=3, at=LATER))
    assert [(each.step, each.number, each.event) for each in noted] == [
        (1, 1, START),
        (2, 1, START),
        (1, 2, COMPLETE),
    ]
    async with store.transaction() as tx:
        assert await tx.journal.events(OPERATION.id) == [noted[0], noted[2], noted[1]]
        assert await tx.journal.events(new.identifier(9)) == []


async def test_nothing_is_noted_in_a_step_that_has_ended_or_never_began(store: Store) -> None:
    await add(store)
    ended = await begin(store)
    async with store.transaction() as tx:
        await tx.journal.end(ended, StepOutcome.FAILED, fencing_token=3, at=LATER)
    for each in (ended, step(7, StepKind.APPLY)):
        async with store.transaction() as tx:
            with pytest.raises(Conflict, match="is not open"):
                await tx.journal.note(each, COMPLETE, fencing_token=3, at=LATER)
    async with store.transaction() as tx:
        assert await tx.journal.events(OPERATION.id) == []


def _begin(journal: Journal, _step: Step, token: int) -> Awaitable[object]:
    return journal.begin(_step.operation_id, StepKind.SAVE, worker="host:9:9", fencing_token=token, at=LATER)


def _end(journal: Journal, of: Step, token: int) -> Awaitable[object]:
    return journal.end(of, StepOutcome.DONE, fencing_token=token, at=LATER)


def _note(journal: Journal, of: Step, token: int) -> Awaitable[object]:
    return journal.note(of, COMPLETE, fencing_token=token, at=LATER)


Write = Callable[[Journal, Step, int], Awaitable[object]]


async def _write_with_audit(store: Store, write: Write, of: Step, token: int) -> None:
    async with store.transaction() as tx:
        await tx.audit.append(new.audit_event())
        await write(tx.journal, of, token)


@pytest.mark.parametrize("write", [_begin, _end, _note])
@pytest.mark.requirement("4.security.44")
async def test_a_worker_with_an_old_token_writes_no_step_and_no_event(store: Store, write: Write) -> None:
    await add(store)
    begun = await begin(store)
    taken = OPERATION.model_copy(update={"fencing_token": 4})
    async with store.transaction() as tx:
        await tx.operations.save(taken, 3)
    for token in (2, 3, 5):
        with pytest.raises(Conflict, match="was taken up by another worker") as refusal:
            await _write_with_audit(store, write, begun, token)
        assert refusal.value.facts == {"expected": token, "fencing_token": 4}
    async with store.transaction() as tx:
        assert await tx.journal.steps(OPERATION.id) == [begun]
        assert await tx.journal.events(OPERATION.id) == []
        assert await tx.audit.entries() == []
    # Who took it up can.
    async with store.transaction() as tx:
        await write(tx.journal, begun, 4)


@pytest.mark.parametrize("write", [_begin, _end, _note])
async def test_an_operation_that_is_not_stored_has_no_journal(store: Store, write: Write) -> None:
    async with store.transaction() as tx:
        with pytest.raises(NotFound, match="there is no operation"):
            await write(tx.journal, step(1, StepKind.APPLY), 3)
