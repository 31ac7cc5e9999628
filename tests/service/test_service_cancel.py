"""Stopping operations that are worked on: before an effect, within one, from here and from another engine."""

from collections.abc import Awaitable
from dataclasses import replace

import anyio
import pytest

from engine.core.errors import Conflict
from engine.core.limits import LEASE_SECONDS
from engine.core.operations.operation import Cancellation, Operation
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service import lease
from engine.service.bells import Bells
from engine.service.cancel import cancel
from engine.service.import_ import import_
from engine.service.resume import resume
from engine.service.services import Services
from engine.testing.builders import MOMENT
from engine.testing.engines import UNDECIDED
from engine.testing.runners import Fault, Moment
from tests.service.sleepers import asleep
from tests.service.test_service_workers import lost_at
from tests.service.world import ADA, ADAS, BOB, World, outcome

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.1.cancel")]

S = OperationState
WISH = Cancellation(by="bob", at=MOMENT)


def elsewhere(world: World) -> Services:
    """Return another engine on the same database: nothing but that tells the worker of what it does."""
    return replace(world.services, bells=Bells(), worker="there:2:2")


async def stopped_at(
    world: World, moment: Moment, asked: Awaitable[Operation], by: Services | None = None
) -> Operation:
    """Return an operation that somebody cancelled when its worker had come to a moment."""
    operation = await asked

    async def stop(_job: Job) -> None:
        seen = await cancel(by or world.services, BOB, operation.id)
        assert (seen.state in S, seen.cancellation) == (True, WISH)
        # Let the worker notice; what it does then has no sleep in it.
        for _ in range(100):
            await anyio.lowlevel.checkpoint()

    world.engine.runner.hooks[moment] = stop
    with anyio.fail_after(10):
        done = await world.run(operation)
    world.engine.runner.hooks.clear()
    return done


@pytest.mark.parametrize("moment", ["plan", "planned"])
async def test_one_that_is_planned_ends_at_once_and_nothing_was_done(world: World, moment: Moment) -> None:
    done = await stopped_at(world, moment, world.queued())
    assert (done.state, done.error, done.cancellation, done.lease) == (S.CANCELLED, None, WISH, "")
    assert (world.engine.cloud.writes, world.engine.runner.workspaces) == ([], {})
    assert [event for event, _ in await world.audited(done)] == [
        "operation.proposed",
        "operation.plan",
        "operation.cancel_asked",
        "operation.cancel",
    ]
    assert (await world.create()).state is S.FINISHED


@pytest.mark.parametrize("moment", ["plan", "apply"])
async def test_the_worker_of_another_engine_looks_at_its_row(
    world: World, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "CANCEL_LOOK_SECONDS", 0.0)
    done = await stopped_at(world, moment, world.queued(), elsewhere(world))
    assert done.state is (S.CANCELLED if moment == "plan" else S.FINISHED)


async def test_no_effect_begins_once_the_wish_is_in_the_database(world: World) -> None:
    # The worker does not look again before it would begin: its own write finds the wish.
    done = await stopped_at(world, "planned", world.queued(), elsewhere(world))
    assert (done.state, world.engine.cloud.writes) == (S.CANCELLED, [])
    assert done.decision_id is not None


async def test_one_that_is_allowed_but_not_begun_ends_with_nothing_done(world: World) -> None:
    network = world.engine.cloud.create("fake_network", {"cidr": "10.0.0.0/16", "routed": False})
    writes = list(world.engine.cloud.writes)
    operation = await stopped_at(
        world,
        "rehearse",
        import_(
            world.services,
            ADAS,
            "demo",
            resource_id="net",
            provider="testing/fake",
            resource_type="fake_network",
            import_id=str(network["id"]),
        ),
    )
    assert outcome(operation) == ("FAILED", "cancelled", None)
    assert (await world.living(), world.engine.cloud.writes) == ([], writes)


async def test_an_effect_that_was_all_there_was_to_do_is_finished(world: World) -> None:
    done = await stopped_at(world, "apply", world.queued())
    assert (done.state, done.error, done.cancellation) == (S.FINISHED, None, WISH)
    assert await world.living() == ["logs"]


async def test_an_effect_that_is_cut_short_keeps_what_was_made(world: World) -> None:
    world.engine.runner.fault = Fault(words="stopped", effect=True)
    done = await stopped_at(world, "apply", world.queued())
    kept = await world.resource()
    assert outcome(done) == ("FAILED", "cancelled", None)
    assert kept is not None
    assert kept.state is not None
    assert (kept.state.tainted, list(world.engine.runner.workspaces)) == (True, [])


async def test_an_effect_that_changed_nothing_before_it_was_stopped_says_so(world: World) -> None:
    world.engine.runner.fault = Fault(words="stopped")
    done = await stopped_at(world, "apply", world.queued())
    assert outcome(done) == ("FAILED", "cancelled", None)
    assert done.error is not None
    assert done.error.message == "it was cancelled before anything had been changed"
    assert (await world.living(), world.engine.cloud.writes) == ([], [])


async def test_an_effect_whose_answer_is_lost_while_it_is_stopped_is_not_given_up(world: World) -> None:
    world.engine.runner.fault = Fault(words="stopped", effect=True, known=False)
    lost = await stopped_at(world, "apply", world.queued())
    assert (outcome(lost), list(world.engine.runner.workspaces)) == (
        ("INTERRUPTED", "outcome_unknown", None),
        [lost.id],
    )


async def test_a_second_wish_changes_nothing_and_an_ended_operation_cannot_be_stopped(world: World) -> None:
    operation = await world.queued()

    async def twice(_job: Job) -> None:
        first = await cancel(elsewhere(world), BOB, operation.id)
        world.engine.clock.advance(1)
        assert await cancel(elsewhere(world), ADA, operation.id) == first

    world.engine.runner.hooks["plan"] = twice
    done = await world.run(operation)
    assert (done.state, done.cancellation) == (S.CANCELLED, WISH)
    with pytest.raises(Conflict) as refused:
        await cancel(world.services, BOB, operation.id)
    assert refused.value.facts == {"state": "CANCELLED"}


async def test_one_whose_worker_is_gone_is_cancelled_without_it(world: World) -> None:
    cancelled: list[Operation] = []

    async def stop(operation: Operation) -> None:
        cancelled.append(await cancel(elsewhere(world), BOB, operation.id))

    raised = await asleep(world, "plan", stop)
    assert [one.state for one in cancelled] == [S.CANCELLED]
    assert (len(raised), world.engine.cloud.writes) == (1, [])
    assert await world.stored(cancelled[0]) == cancelled[0]


async def test_one_that_waits_for_a_person_is_cancelled_as_ever(world: World) -> None:
    await world.govern(UNDECIDED)
    waiting = await world.create()
    assert (await cancel(world.services, BOB, waiting.id)).cancellation is None
    with pytest.raises(Conflict):
        await resume(world.services, ADAS, waiting.id)


async def test_an_interrupted_one_whose_opentofu_still_works_is_settled_by_what_that_leaves(
    world: World,
) -> None:
    lost = await lost_at(world, "applied")
    world.engine.clock.advance(LEASE_SECONDS)
    assert (await resume(world.services, ADAS, lost.id)).state is S.INTERRUPTED
    world.engine.runner.orphans.add(lost.id)
    settled = await cancel(world.services, BOB, lost.id)
    assert (settled.state, await world.living()) == (S.FINISHED, ["logs"])
    assert (world.engine.runner.orphans, world.engine.runner.workspaces) == (set(), {})


@pytest.mark.parametrize("resumed", [True, False])
async def test_what_a_lost_worker_made_is_kept_when_its_operation_is_cancelled(
    world: World, *, resumed: bool
) -> None:
    lost = await lost_at(world, "applied")
    world.engine.clock.advance(LEASE_SECONDS)
    if resumed:
        await resume(world.services, ADAS, lost.id)
    settled = await cancel(world.services, BOB, lost.id)
    assert (settled.state, await world.living()) == (S.FINISHED, ["logs"])
    assert world.engine.runner.workspaces == {}


async def test_an_interrupted_one_of_which_no_place_tells_ends_without_knowing_its_outcome(
    world: World,
) -> None:
    world.engine.runner.fault = Fault(effect=True, known=False, trace=False)
    lost = await world.create()
    settled = await cancel(world.services, BOB, lost.id)
    assert outcome(settled) == ("FAILED", "outcome_unknown", None)
    assert (await world.living(), world.engine.runner.workspaces) == ([], {})
