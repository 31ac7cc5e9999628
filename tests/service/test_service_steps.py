"""Steps and events of operations: committed before what they announce, and by nobody who was replaced."""

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from engine.adapters.store.unit_of_work import open_store
from engine.core.errors import Conflict, StoreFailed
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.operations.steps import EffectEvent, Step, StepEvent
from engine.ports.runner import Job
from engine.service.approve import approve
from engine.service.cancel import cancel
from engine.service.eject import eject
from engine.service.resume import resume
from engine.testing.engines import DENY, UNDECIDED
from engine.testing.runners import Fault, Moment
from tests.service.sleepers import asleep
from tests.service.world import ADA, ADAS, BUCKET, BreakableStore, World, new_world

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.1.journal")]

START = EffectEvent(type="apply_start", action="create")
COMPLETE = EffectEvent(type="apply_complete", action="create", object_id="logs")


@pytest.fixture(params=["memory", "sql"])
async def stored_world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """Return an engine on a store of each kind."""
    if request.param == "memory":
        yield await new_world()
    else:
        async with open_store(f"sqlite:///{tmp_path / 'intent.db'}") as store:
            yield await new_world(store)


async def journal_of(world: World, operation_id: str) -> tuple[list[Step], list[StepEvent]]:
    async with world.services.store.transaction() as transaction:
        journal = transaction.journal
        return list(await journal.steps(operation_id)), list(await journal.events(operation_id))


async def steps_of(world: World, operation: Operation) -> list[tuple[str, str]]:
    """Return kind and outcome of each step, `open` where it has none."""
    steps, _ = await journal_of(world, operation.id)
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    return [(step.kind.value, step.outcome.value if step.outcome is not None else "open") for step in steps]


DONE = [("plan", "done"), ("apply", "done"), ("save", "done")]


async def test_each_step_is_committed_open_before_what_it_announces(stored_world: World) -> None:
    world = stored_world
    seen: dict[str, tuple[list[tuple[str, str]], int]] = {}

    operation = await world.queued()

    async def at_plan(_job: Job) -> None:
        seen["plan"] = (await steps_of(world, operation), len(world.engine.cloud.writes))

    async def at_apply(_job: Job) -> None:
        seen["apply"] = (await steps_of(world, operation), len(world.engine.cloud.writes))

    world.engine.runner.hooks |= {"plan": at_plan, "apply": at_apply}
    done = await world.run(operation)
    assert seen == {
        "plan": ([("plan", "open")], 0),
        "apply": ([("plan", "done"), ("apply", "open")], 0),
    }
    assert await steps_of(world, done) == DONE
    steps, events = await journal_of(world, done.id)
    assert {(step.fencing_token, step.worker) for step in steps} == {(1, "here:1:1")}
    assert all(step.ended_at is not None for step in steps)
    assert [(each.step, each.number, each.event) for each in events] == [(2, 1, START), (2, 2, COMPLETE)]


async def test_the_step_that_saves_is_open_until_the_outcome_is_kept_with_it() -> None:
    store = BreakableStore()
    world = await new_world(store)
    operation = await world.queued()

    async def fail_after_the_next(_job: Job) -> None:
        # The step is begun; then the outcome, and the note that it could not be kept, are refused.
        store.good_commits, store.failing_commits = 1, 2

    world.engine.runner.hooks["applied"] = fail_after_the_next
    with pytest.raises(StoreFailed):
        await world.run(operation)
    assert await steps_of(world, operation) == [("plan", "done"), ("apply", "done"), ("save", "open")]
    assert (await world.stored(operation)).state is OperationState.APPLYING
    assert await world.resource() is None


async def test_an_event_is_committed_when_it_comes(stored_world: World) -> None:
    world = stored_world
    operation = await world.queued()
    seen: list[list[EffectEvent]] = []

    async def look(_job: Job) -> None:
        _, events = await journal_of(world, operation.id)
        seen.append([each.event for each in events])

    world.engine.runner.hooks |= {"apply": look, "applied": look}
    await world.run(operation)
    assert seen == [[START], [START, COMPLETE]]


@pytest.mark.requirement("4.1.journal-events")
async def test_events_that_the_database_did_not_take_are_kept_later_and_end_no_effect() -> None:
    store = BreakableStore()
    world = await new_world(store)

    async def fill(_job: Job) -> None:
        store.broken = True

    async def make_room(_job: Job) -> None:
        store.broken = False

    world.engine.runner.hooks |= {"apply": fill, "applied": make_room}
    done = await world.create()
    assert (done.state, store.failures, await steps_of(world, done)) == (OperationState.FINISHED, 1, DONE)
    _, events = await journal_of(world, done.id)
    assert [each.event for each in events] == [START, COMPLETE]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(), [("plan", "done"), ("apply", "failed"), ("save", "done")]),
        (Fault(known=False), [("plan", "done"), ("apply", "lost")]),
    ],
)
async def test_the_steps_of_an_apply_that_goes_wrong_say_so(
    world: World, fault: Fault, expected: list[tuple[str, str]]
) -> None:
    world.engine.runner.fault = fault
    assert await steps_of(world, await world.create()) == expected


async def test_the_steps_of_operations_that_apply_nothing(world: World) -> None:
    refused = await world.create(resource_type="fake_nothing")
    assert (refused.state.value, await steps_of(world, refused)) == ("FAILED", [("plan", "failed")])
    dry = await world.create(dry_run=True)
    assert (dry.state.value, await steps_of(world, dry)) == ("FINISHED", [("plan", "done")])
    cancelled = await cancel(world.services, ADAS, (await world.queued()).id)
    assert (cancelled.state.value, await steps_of(world, cancelled)) == ("CANCELLED", [])
    await world.govern(DENY)
    denied = await world.create()
    assert (denied.state.value, await steps_of(world, denied)) == ("DENIED", [("plan", "done")])


async def test_the_steps_of_an_import_of_an_update_and_of_an_eject(world: World) -> None:
    world.engine.cloud.create("fake_bucket", BUCKET)
    imported = await world.import_("logs")
    assert await steps_of(world, imported) == [("import", "done"), ("apply", "done"), ("save", "done")]
    assert (await journal_of(world, imported.id))[1] == []
    nothing = await world.update(BUCKET)
    assert await steps_of(world, nothing) == [("plan", "done")]
    forgotten = await world.do(eject(world.services, ADAS, "demo", resource_id="logs"))
    assert await steps_of(world, forgotten) == [("save", "done")]


async def test_an_approved_operation_goes_on_counting_its_steps(world: World) -> None:
    await world.govern(UNDECIDED)
    waiting = await world.create()
    assert await steps_of(world, waiting) == [("plan", "done")]
    await approve(world.services, ADA, waiting.id)
    done = await world.run(await resume(world.services, ADAS, waiting.id))
    assert await steps_of(world, done) == [("plan", "done"), *DONE]
    steps, _ = await journal_of(world, done.id)
    assert [step.fencing_token for step in steps] == [1, 2, 2, 2]


async def woken(world: World, moment: Moment) -> tuple[Operation, list[Exception]]:
    """Return an operation, taken from a worker that slept at a moment, and what that met when it woke up."""
    found: list[Operation] = []
    journals: list[tuple[list[Step], list[StepEvent]]] = []

    async def take(operation: Operation) -> None:
        # Where nothing had been begun it has failed, and there is nothing to resume.
        with suppress(Conflict):
            await resume(world.services, ADAS, operation.id)
        found.append(await world.stored(operation))
        journals.append(await journal_of(world, operation.id))

    refused = await asleep(world, moment, take)
    (taken,) = found
    assert await world.stored(taken) == taken
    assert [await journal_of(world, taken.id)] == journals
    assert await world.living() == []
    return taken, refused


@pytest.mark.requirement("4.security.44")
@pytest.mark.parametrize(
    ("moment", "state", "steps"),
    [
        ("plan", "FAILED", [("plan", "lost")]),
        ("planned", "FAILED", [("plan", "lost")]),
        ("apply", "INTERRUPTED", [("plan", "done"), ("apply", "lost")]),
        ("applied", "INTERRUPTED", [("plan", "done"), ("apply", "lost")]),
    ],
)
async def test_a_worker_that_wakes_up_after_it_was_replaced_writes_no_step_event_or_outcome(
    stored_world: World, moment: Moment, state: str, steps: list[tuple[str, str]]
) -> None:
    taken, refused = await woken(stored_world, moment)
    assert (taken.state.value, taken.fencing_token) == (state, 2)
    assert await steps_of(stored_world, taken) == steps
    assert ["taken up by another worker" in str(error) for error in refused] == [True]
