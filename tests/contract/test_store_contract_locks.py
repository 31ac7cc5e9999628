"""What `engine.ports.locks` promises, for every store alike."""

from datetime import timedelta

import pytest

from engine.core.auth.principals import assistant
from engine.core.errors import NotFound
from engine.core.locks import ProjectLock, acquire
from engine.core.operations.states import RUNNING_STATES, OperationState
from engine.ports.store import Store
from engine.testing import builders as new

pytestmark = pytest.mark.anyio


def _lock(**changes: object) -> ProjectLock:
    lock = acquire(None, assistant("ada", "editor"), project=new.project(), reason="a reason", at=new.MOMENT)
    return lock.model_copy(update=changes)


async def test_the_one_lock_on_a_project_is_kept_replaced_and_forgotten(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.projects.add(new.project())
        assert await tx.locks.find(new.PROJECT_ID) is None
        await tx.locks.save(_lock())
        assert await tx.locks.find(new.PROJECT_ID) == _lock()
        longer = _lock(expires_at=new.MOMENT + timedelta(hours=1))
        await tx.locks.save(longer)
        assert await tx.locks.find(new.PROJECT_ID) == longer
        await tx.locks.remove(new.PROJECT_ID)
        await tx.locks.remove(new.PROJECT_ID)
        assert await tx.locks.find(new.PROJECT_ID) is None


async def test_a_lock_goes_with_its_project_and_needs_one(store: Store) -> None:
    async with store.transaction() as tx:
        with pytest.raises(NotFound):
            await tx.locks.save(_lock())
        await tx.projects.add(new.project())
        await tx.locks.save(_lock())
        await tx.projects.remove(new.PROJECT_ID)
        assert await tx.locks.find(new.PROJECT_ID) is None


async def test_what_is_to_be_done_is_counted_by_project_and_in_all_without_the_changes_of_sets(
    store: Store,
) -> None:
    async with store.transaction() as tx:
        assert await tx.backlog.count(None, {OperationState.QUEUED}) == 0
        await tx.operations.add(new.operation(0))
        await tx.operations.add(new.operation(1, state=OperationState.FINISHED))
        await tx.operations.add(new.operation(2, project_id="other", state=OperationState.PLANNING))
        await tx.operations.add(new.operation(3, change_set_id=new.OPERATION_ID))
        started = RUNNING_STATES | {OperationState.QUEUED}
        assert await tx.backlog.count(None, started) == 2
        assert await tx.backlog.count(new.PROJECT_ID, started) == 1
        assert await tx.backlog.count("other", RUNNING_STATES) == 1
        assert await tx.backlog.count("other", ()) == 0


async def test_operations_are_listed_for_one_principal_alone_where_it_is_named(store: Store) -> None:
    mine = new.operation(0)
    theirs = new.operation(1, actor=assistant("eve", "x"))
    async with store.transaction() as tx:
        await tx.operations.add(mine)
        await tx.operations.add(theirs)
        assert await tx.operations.list(None, None, 9, actor_key=mine.actor.key) == [mine]
        assert await tx.operations.list(new.PROJECT_ID, None, 9, actor_key=theirs.actor.key) == [theirs]
        assert await tx.operations.list(None, None, 9, actor_key="user:cli:nobody") == []
