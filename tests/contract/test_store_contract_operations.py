"""What `engine.ports.store` promises of operations, for every store alike."""

from datetime import timedelta

import anyio
import pytest

from engine.core.auth.principals import assistant, person
from engine.core.errors import Conflict, NotFound
from engine.core.operations.machine import move
from engine.core.operations.operation import Operation, OperationKind
from engine.core.operations.states import RUNNING_STATES, OperationEvent, OperationState
from engine.ports.store import Store
from engine.testing import builders as new

pytestmark = pytest.mark.anyio


def _taken_up(operation: Operation) -> Operation:
    lease = {"lease": "host:1:1", "fencing_token": operation.fencing_token + 1}
    return move(operation, OperationEvent.PLAN, new.MOMENT, **lease)


async def _save_with_audit(store: Store, operation: Operation, fencing_token: int) -> None:
    async with store.transaction() as tx:
        await tx.audit.append(new.audit_event())
        await tx.operations.save(operation, fencing_token)


async def test_operations_are_listed_newest_first_within_their_project_and_resource(store: Store) -> None:
    oldest = new.operation(0, created_at=new.MOMENT + timedelta(microseconds=1))
    same_time = [new.operation(number, created_at=new.MOMENT + timedelta(seconds=9)) for number in (1, 2)]
    elsewhere = new.operation(3, project_id="other")
    of_another = new.operation(4, request=new.request(resource_id="zoo"))
    async with store.transaction() as tx:
        for operation in (of_another, same_time[1], oldest, elsewhere, same_time[0]):
            await tx.operations.add(operation)
        newest_first = [same_time[1], same_time[0], of_another, elsewhere, oldest]
        assert await tx.operations.list(None, None, 9) == newest_first
        assert await tx.operations.list(None, None, 2) == newest_first[:2]
        assert await tx.operations.list("other", None, 9) == [elsewhere]
        assert await tx.operations.list(new.PROJECT_ID, "zoo", 9) == [of_another]
        assert await tx.operations.list(new.PROJECT_ID, "", 9) == []
        assert await tx.operations.list(None, "zoo", 9, {OperationState.QUEUED}) == [of_another]
        assert await tx.operations.list(None, "zoo", 9, {OperationState.FAILED}) == []
        assert await tx.operations.list(None, None, 9, ()) == []


async def test_an_idempotency_key_is_used_once_by_each_principal_in_each_project(store: Store) -> None:
    first = new.operation(0, idempotency_key="k")
    async with store.transaction() as tx:
        await tx.operations.add(first)
        await tx.operations.add(new.operation(1, idempotency_key="k", project_id="other"))
        await tx.operations.add(new.operation(2, idempotency_key="k", actor=person("ada")))
        await tx.operations.add(new.operation(3, idempotency_key="K"))
        await tx.operations.add(new.operation(4))
        await tx.operations.add(new.operation(5))
        with pytest.raises(Conflict) as refusal:
            await tx.operations.add(new.operation(6, idempotency_key="k", request=new.request(config=None)))
        assert refusal.value.field == "idempotency_key"
        assert refusal.value.facts == {"operation_id": first.id}
        assert await tx.operations.find_by_key(new.PROJECT_ID, first.actor.key, "k") == first
        assert await tx.operations.find_by_key(new.PROJECT_ID, assistant("eve", "x").key, "k") is None


async def test_twenty_tasks_with_one_key_make_one_operation(store: Store) -> None:
    refusals: list[Conflict] = []

    async def propose(number: int) -> None:
        try:
            async with store.transaction() as tx:
                await tx.operations.add(new.operation(number, idempotency_key="k"))
        except Conflict as refusal:
            refusals.append(refusal)

    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            for number in range(20):
                tasks.start_soon(propose, number)
    async with store.transaction() as tx:
        (stored,) = await tx.operations.list(None, None, 99)
    assert [refusal.facts for refusal in refusals] == [{"operation_id": stored.id}] * 19


@pytest.mark.parametrize("state", sorted(OperationState))
async def test_one_operation_runs_on_a_resource_at_a_time(store: Store, state: OperationState) -> None:
    other, waiting = new.operation(0, state=state), new.operation(1)
    async with store.transaction() as tx:
        await tx.operations.add(other)
        await tx.operations.add(waiting)
    async with store.transaction() as tx:
        if state in RUNNING_STATES:
            with pytest.raises(Conflict, match=f"operation {other.id} is running on logs") as refusal:
                await tx.operations.save(_taken_up(waiting), 0)
            assert refusal.value.facts == {"operation_id": other.id, "resource_id": "logs"}
            assert await tx.operations.find(waiting.id) == waiting
        else:
            await tx.operations.save(_taken_up(waiting), 0)
            assert await tx.operations.find(waiting.id) == _taken_up(waiting)


async def test_operations_run_together_on_two_resources_on_none_and_in_two_projects(store: Store) -> None:
    read = new.request(kind=OperationKind.READ, resource_id="")
    together = [
        new.operation(0),
        new.operation(1, request=new.request(resource_id="other")),
        new.operation(2, project_id="other"),
        new.operation(3, request=read),
        new.operation(4, request=read),
    ]
    async with store.transaction() as tx:
        for operation in together:
            await tx.operations.add(operation)
            await tx.operations.save(_taken_up(operation), 0)
        running = [o.state for o in await tx.operations.list(None, None, 9)]
    assert running == [OperationState.PLANNING] * 5


async def test_a_worker_with_an_old_fencing_token_writes_nothing(store: Store) -> None:
    queued = new.operation()
    first = _taken_up(queued)
    second = first.model_copy(update={"lease": "host:2:2", "fencing_token": 2})
    async with store.transaction() as tx:
        await tx.operations.add(queued)
        await tx.operations.save(first, 0)
        await tx.operations.save(second, 1)
    late = move(first, OperationEvent.PLANNED, new.MOMENT)
    for token in (0, 1, 3):
        with pytest.raises(Conflict, match="was taken up by another worker") as refusal:
            await _save_with_audit(store, late, token)
        assert refusal.value.facts == {"expected": token, "fencing_token": 2}
    async with store.transaction() as tx:
        assert await tx.operations.find(queued.id) == second
        assert await tx.audit.entries() == []


async def test_an_operation_that_is_not_stored_cannot_be_saved(store: Store) -> None:
    async with store.transaction() as tx:
        with pytest.raises(NotFound, match="there is no operation"):
            await tx.operations.save(new.operation(), 0)
