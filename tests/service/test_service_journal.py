"""The journal: the row before the effect, the outcome in one transaction, an audit entry for every move."""

import json

import pytest

from engine.core.errors import IntegrityFailed, StoreFailed
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service.approve import approve
from engine.service.export_audit import export_audit
from engine.service.reject import reject
from engine.service.resume import resume
from engine.service.verify_audit import verify_audit
from engine.testing.engines import DENY, UNDECIDED
from tests.service.world import ADA, ADAS, BOB, BUCKET, BreakableStore, World, new_world

pytestmark = pytest.mark.anyio


async def test_the_row_that_says_applying_is_committed_before_the_effect(world: World) -> None:
    seen: list[tuple[str, str, int]] = []

    async def look(job: Job) -> None:
        async with world.services.store.transaction() as transaction:
            stored = await transaction.operations.find(job.key)
            entries = await transaction.audit.entries()
        assert stored is not None
        seen.append((stored.state.value, entries[-1].event, len(world.engine.cloud.writes)))

    world.engine.runner.hooks["apply"] = look
    await world.create()
    assert seen == [("APPLYING", "operation.allow", 0)]


@pytest.mark.requirement("2.3.versions")
async def test_version_outcome_and_audit_are_one_transaction() -> None:
    store = BreakableStore()
    world = await new_world(store)

    async def fail_twice(_job: Job) -> None:
        # The outcome, and the note that it could not be kept.
        store.failing_commits = 2

    world.engine.runner.hooks["applied"] = fail_twice
    with pytest.raises(StoreFailed):
        await world.create()
    entries = await export_audit(world.services, ADA, "demo")
    assert (await world.resource(), entries[-1].event) == (None, "operation.allow")
    operation = entries[-1].subject
    async with store.transaction() as transaction:
        stored = await transaction.operations.find(operation)
    assert stored is not None
    assert (stored.state, stored.applied_at) == (OperationState.APPLYING, None)


async def test_every_move_writes_one_entry_with_who_caused_it(world: World) -> None:
    ada, bob = ADAS.key, BOB.key
    await world.govern(UNDECIDED)
    waiting = await world.create()
    await approve(world.services, BOB, waiting.id)
    await world.run(await resume(world.services, ADAS, waiting.id))
    assert await world.audited(waiting) == [
        ("operation.proposed", ada),
        ("operation.plan", ada),
        ("operation.planned", ada),
        ("operation.review", ada),
        ("operation.approve", bob),
        ("operation.resume", ada),
        ("operation.planned", ada),
        ("operation.approved", ada),
        ("operation.applied", ada),
    ]
    rejected = await world.update({"size": 1})
    await reject(world.services, BOB, rejected.id)
    assert (await world.audited(rejected))[-1] == ("operation.reject", bob)
    await world.govern(DENY)
    denied = await world.update({"size": 1})
    assert (await world.audited(denied))[-1] == ("operation.deny", ada)
    failed = await world.create()
    assert [event for event, _ in await world.audited(failed)] == [
        "operation.proposed",
        "operation.plan",
        "operation.fail",
    ]
    unchanged = await world.update({})
    assert (await world.audited(unchanged))[-1] == ("operation.unchanged", ada)


@pytest.mark.requirement("2.3.audit")
async def test_the_chain_verifies_and_carries_no_attribute(world: World) -> None:
    await world.create(config={**BUCKET, "tags": {"env": "c4n4ry"}}, reason="c4n4ry too")
    await world.delete()
    entries = await export_audit(world.services, ADA, None)
    assert await verify_audit(world.services, ADA) == len(entries)
    said = json.dumps([entry.model_dump(mode="json") for entry in entries])
    assert "c4n4ry" not in said
    assert set(entries[-1].facts) == {
        "kind",
        "resource_id",
        "resource_type",
        "state",
        "request_digest",
        "plan_digest",
        "policy_digest",
        "decision_id",
        "error",
    }


async def test_a_changed_entry_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.create()
    entries = list(await export_audit(world.services, ADA, None))
    entries[2] = entries[2].model_copy(update={"actor": "user:cli:mallory"})

    async def changed(*_anything: object) -> list[object]:
        return list(entries)

    monkeypatch.setattr("engine.testing.stores.MemoryAuditLog.entries", changed)
    with pytest.raises(IntegrityFailed) as failed:
        await verify_audit(world.services, ADA)
    assert failed.value.facts == {"sequence": 3}
