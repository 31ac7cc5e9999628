"""What `engine.ports.store` promises of transactions, for every store alike."""

import anyio
import pytest

from engine.core.audit import AuditHead
from engine.core.policy.bonds import Bond
from engine.ports.store import Store, Transaction
from engine.testing import builders as new

pytestmark = pytest.mark.anyio


class _Interrupted(Exception):
    """Something that goes wrong within a transaction."""


async def _write_all(tx: Transaction) -> None:
    """Keep one record of each kind."""
    await tx.projects.add(new.project())
    await tx.resources.save(new.resource())
    await tx.operations.add(new.operation())
    await tx.decisions.add(new.DECISION_ID, new.OPERATION_ID, new.decision(), {"resource": {}})
    await tx.policies.save(new.policy_object())
    await tx.policy_versions.add(new.policy())
    await tx.attachments.attach(new.PROJECT_ID, new.POLICY_ID)
    await tx.waivers.add(new.waiver())
    await tx.samples.add(new.sample())
    await tx.audit.append(new.audit_event())


async def _write_all_and_fail(store: Store) -> None:
    async with store.transaction() as tx:
        await _write_all(tx)
        raise _Interrupted


async def _everything(store: Store) -> list[object]:
    async with store.transaction() as tx:
        return [
            await tx.projects.find("demo"),
            await tx.projects.list(),
            await tx.resources.find(new.PROJECT_ID, "logs"),
            await tx.resources.list(new.PROJECT_ID),
            await tx.resources.versions(new.PROJECT_ID, "logs"),
            await tx.operations.find(new.operation().id),
            await tx.operations.list(None, None, 9),
            await tx.decisions.find(new.DECISION_ID),
            await tx.policies.find("only-buckets"),
            await tx.policies.list(),
            await tx.policy_versions.list(new.POLICY_ID),
            await tx.samples.list(None, None, 9),
            await tx.attachments.bonds(new.project()),
            await tx.waivers.list(),
            len(await tx.audit.entries()),
        ]


_NOTHING: list[object] = [None, [], None, [], [], None, [], None, None, [], [], [], [], [], 0]


async def test_an_empty_store_finds_nothing(store: Store) -> None:
    assert await _everything(store) == _NOTHING


async def test_what_one_transaction_wrote_the_next_one_reads_whole(store: Store) -> None:
    async with store.transaction() as tx:
        await _write_all(tx)
    project, resource, operation, policy = new.project(), new.resource(), new.operation(), new.policy_object()
    assert await _everything(store) == [
        project,
        [project],
        resource,
        [resource],
        [resource],
        operation,
        [operation],
        new.decision(),
        policy,
        [policy],
        [new.policy()],
        [new.sample()],
        [Bond(policy=policy, by_hand=True)],
        [new.waiver()],
        1,
    ]


async def test_an_exception_takes_everything_back(store: Store) -> None:
    with pytest.raises(_Interrupted):
        await _write_all_and_fail(store)
    assert await _everything(store) == _NOTHING
    async with store.transaction() as tx:
        assert await tx.audit.head() == AuditHead()


async def test_a_cancelled_transaction_leaves_nothing_and_blocks_nobody(store: Store) -> None:
    with anyio.CancelScope() as scope:
        async with store.transaction() as tx:
            await tx.projects.add(new.project())
            scope.cancel()
            await tx.operations.add(new.operation())
            await anyio.lowlevel.checkpoint()
    assert await _everything(store) == _NOTHING


async def test_a_transaction_reads_what_it_wrote(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.projects.add(new.project())
        await tx.projects.save(new.project(labels=("prod",)))
        assert await tx.projects.find("demo") == new.project(labels=("prod",))
        await tx.projects.remove(new.PROJECT_ID)
        assert await tx.projects.find("demo") is None


async def test_nothing_is_visible_before_the_transaction_ends(store: Store) -> None:
    async with anyio.create_task_group() as tasks:
        seen: list[object] = []

        async def look() -> None:
            async with store.transaction() as tx:
                seen.append(await tx.projects.find("demo"))

        with anyio.fail_after(10):
            async with store.transaction() as tx:
                await tx.projects.add(new.project())
                tasks.start_soon(look)
                await anyio.wait_all_tasks_blocked()
                assert seen == []
                await tx.projects.save(new.project(labels=("prod",)))
    assert seen == [new.project(labels=("prod",))]


async def test_what_was_kept_does_not_change_with_what_the_caller_holds(store: Store) -> None:
    held = new.resource()
    async with store.transaction() as tx:
        await tx.projects.add(new.project())
        await tx.resources.save(held)
    held.config["bucket"] = "another"
    async with store.transaction() as tx:
        found = await tx.resources.find(new.PROJECT_ID, "logs")
        assert found == new.resource()
        found.config["bucket"] = "another"
    async with store.transaction() as tx:
        assert await tx.resources.find(new.PROJECT_ID, "logs") == new.resource()


async def test_removing_a_project_takes_its_attachments_and_waivers_and_keeps_the_rest(store: Store) -> None:
    async with store.transaction() as tx:
        await _write_all(tx)
    async with store.transaction() as tx:
        await tx.projects.remove(new.PROJECT_ID)
        await tx.projects.remove(new.PROJECT_ID)
    found = await _everything(store)
    assert found[:5] == [None, [], None, [], []]
    assert found[5:] == [
        new.operation(),
        [new.operation()],
        new.decision(),
        new.policy_object(),
        [new.policy_object()],
        [new.policy()],
        [new.sample()],
        [],
        [],
        1,
    ]
