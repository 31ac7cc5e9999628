"""What becomes of operations whose worker was lost: the places that tell, and what a person says instead."""

from datetime import timedelta
from types import MappingProxyType

import pytest

from engine.core.errors import Conflict, OutcomeUnknown, ProviderFailed
from engine.core.limits import LEASE_SECONDS, RECOVERY_RETRY_SECONDS
from engine.core.operations.interruption import Finding, Look, Source
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.providers import natural
from engine.core.values import REDACTED
from engine.ports.runner import Job
from engine.service.recover_lapsed import recover_lapsed
from engine.service.resume import resume
from engine.testing.runners import Fault, Moment
from tests.service.world import ADAS, BUCKET, World, outcome

pytestmark = pytest.mark.anyio

S = OperationState
NO_TRACE = Fault(effect=True, known=False, trace=False)


async def die(_job: Job) -> None:
    raise SystemError("the machine lost power")


async def lost_at(world: World, moment: Moment) -> Operation:
    """Return a creation whose worker died at a moment, its lease lapsed."""
    operation = await world.queued()
    world.engine.runner.hooks[moment] = die
    with pytest.raises(ExceptionGroup):
        await world.run(operation)
    world.engine.runner.hooks.clear()
    # A process that is killed clears nothing away.
    world.engine.runner.workspaces.setdefault(operation.id, None)
    world.engine.clock.advance(LEASE_SECONDS)
    return await world.stored(operation)


async def in_doubt(world: World, *, effect: bool = True) -> Operation:
    """Return a creation of which no place tells what became, after it was looked for once."""
    world.engine.runner.fault = Fault(effect=effect, known=False, trace=False)
    lost = await world.create()
    with pytest.raises(OutcomeUnknown):
        await world.do(resume(world.services, ADAS, lost.id))
    return await world.stored(lost)


@pytest.mark.requirement("4.1.recovery-order")
async def test_a_worker_that_was_lost_before_opentofu_was_started_has_changed_nothing(world: World) -> None:
    lost = await lost_at(world, "begin")
    (settled,) = await recover_lapsed(world.services)
    assert (settled.id, outcome(settled)) == (lost.id, ("FAILED", "interrupted", None))
    assert settled.interruption is not None
    assert settled.interruption.found_by is Source.NOT_BEGUN
    assert (world.engine.cloud.writes, world.engine.runner.workspaces) == ([], {})
    assert (await world.create()).state is S.FINISHED


@pytest.mark.requirement("4.1.recovery-order")
async def test_an_object_is_found_by_the_id_that_an_event_named(world: World) -> None:
    lost = await lost_at(world, "applied")
    # The workspace is gone with the machine; the journal is not.
    world.engine.runner.workspaces.clear()
    (settled,) = await recover_lapsed(world.services)
    assert (settled.id, settled.state, settled.error) == (lost.id, S.FINISHED, None)
    assert settled.interruption is not None
    assert (settled.interruption.found_by, settled.interruption.event_ids) == (Source.EVENT, ("logs",))
    assert world.engine.cloud.writes == [("create", "fake_bucket", "logs")]
    assert await world.living() == ["logs"]


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the objects of the fake provider be found by their names."""
    monkeypatch.setattr(natural, "ATTRIBUTES", MappingProxyType({"fake_bucket": "name"}))


@pytest.mark.usefixtures("named")
@pytest.mark.requirement("4.1.recovery-natural")
async def test_an_object_that_is_as_planned_is_found_by_its_name(world: World) -> None:
    world.engine.runner.fault = NO_TRACE
    lost = await world.create()
    settled = await world.do(resume(world.services, ADAS, lost.id))
    assert (settled.state, await world.living()) == (S.FINISHED, ["logs"])
    assert settled.interruption is not None
    assert settled.interruption.found_by is Source.NATURAL_ID


@pytest.mark.usefixtures("named")
@pytest.mark.requirement("4.1.recovery-natural")
@pytest.mark.parametrize("whose", ["not as planned", "of another resource"])
async def test_an_object_of_that_name_that_is_not_surely_ours_is_left_alone(world: World, whose: str) -> None:
    if whose == "of another resource":
        world.engine.cloud.create("fake_bucket", BUCKET)
        await world.import_("logs", "other")
    world.engine.runner.fault = Fault(effect=whose == "not as planned", known=False, trace=False)
    lost = await world.create()
    if whose == "not as planned":
        world.engine.cloud.objects["fake_bucket", "logs"]["tags"] = {"env": "theirs"}
    with pytest.raises(OutcomeUnknown):
        await world.do(resume(world.services, ADAS, lost.id))
    stands = await world.stored(lost)
    assert stands.state is S.INTERRUPTED
    assert stands.interruption is not None
    assert stands.interruption.looks[-1] == Look(
        source=Source.NATURAL_ID, finding=Finding.OTHER, object_id="logs"
    )
    assert "logs" not in await world.living()


@pytest.mark.requirement("4.1.recovery-unknown")
async def test_what_cannot_be_told_says_what_was_looked_at_and_what_a_person_can_do(world: World) -> None:
    lost = await in_doubt(world)
    report = await world.report(lost)
    assert report.interruption is not None
    assert (report.interruption.found_by, report.interruption.choices) == (None, ("adopt", "retry", "forget"))
    assert [look.source for look in report.interruption.looks] == [Source.STATE]
    assert report.error is not None
    assert (report.error.code, lost.id in (report.error.hint or "")) == ("outcome_unknown", True)


@pytest.mark.requirement("4.1.recovery-unlisted")
@pytest.mark.parametrize("left", ["workspace", "journal"])
async def test_a_new_object_that_the_cloud_does_not_list_yet_is_not_given_up(world: World, left: str) -> None:
    lost = await lost_at(world, "applied")
    if left == "journal":
        world.engine.runner.workspaces.clear()
    unlisted = dict(world.engine.cloud.objects)
    world.engine.cloud.objects.clear()
    await recover_lapsed(world.services)
    stands = await world.stored(lost)
    assert outcome(stands) == ("INTERRUPTED", "outcome_unknown", None)
    assert stands.interruption is not None
    assert stands.interruption.looks[-1] == Look(source=Source.EVENT, finding=Finding.GONE, object_id="logs")
    world.engine.cloud.objects.update(unlisted)
    settled = await world.do(resume(world.services, ADAS, lost.id))
    assert (settled.state, await world.living()) == (S.FINISHED, ["logs"])


@pytest.mark.requirement("4.1.recovery-timer")
async def test_what_no_place_tells_is_not_looked_for_again_unasked(world: World) -> None:
    lost = await in_doubt(world)
    world.engine.clock.advance(10 * 24 * 3_600)
    assert await recover_lapsed(world.services) == ()
    assert await world.stored(lost) == lost


@pytest.mark.requirement("4.1.recovery-timer")
async def test_what_cannot_be_told_now_is_looked_for_again_later_each_time_after_longer(world: World) -> None:
    lost = await lost_at(world, "applied")
    world.engine.runner.orphans.add(lost.id)
    (taken,) = await recover_lapsed(world.services)
    assert taken.state is S.INTERRUPTED
    first = await world.stored(lost)
    assert first.interruption is not None
    assert (first.interruption.attempts, first.interruption.problem) == (1, "runner_failed")
    world.engine.clock.advance(2 * RECOVERY_RETRY_SECONDS - 1)
    assert await recover_lapsed(world.services) == ()
    assert await world.stored(lost) == first
    world.engine.clock.advance(1)
    assert await recover_lapsed(world.services) == ()
    world.engine.runner.orphans.clear()
    world.engine.clock.advance(4 * RECOVERY_RETRY_SECONDS)
    (settled,) = await recover_lapsed(world.services)
    assert (settled.state, await world.living()) == (S.FINISHED, ["logs"])


@pytest.mark.requirement("4.1.recovery-timer")
async def test_a_worker_that_lives_is_let_be(world: World) -> None:
    lost = await lost_at(world, "plan")
    world.engine.clock.advance(-LEASE_SECONDS)
    assert await recover_lapsed(world.services) == ()
    assert (await world.stored(lost)).state is S.PLANNING
    world.engine.clock.advance(LEASE_SECONDS)
    (failed,) = await recover_lapsed(world.services)
    assert outcome(failed) == ("FAILED", "interrupted", None)


@pytest.mark.requirement("4.security.44")
async def test_a_worker_that_wakes_up_after_it_was_recovered_applies_nothing(world: World) -> None:
    recovered: list[Operation] = []

    async def be_recovered(_job: Job) -> None:
        world.engine.clock.advance(LEASE_SECONDS)
        recovered.extend(await recover_lapsed(world.services))

    world.engine.runner.hooks["begin"] = be_recovered
    operation = await world.queued()
    with pytest.raises(Conflict):
        await world.run(operation)
    assert [outcome(settled) for settled in recovered] == [("FAILED", "interrupted", None)]
    assert (await world.stored(operation), world.engine.cloud.writes) == (recovered[0], [])


@pytest.mark.requirement("4.1.recovery-timer")
async def test_the_cloud_that_cannot_be_asked_now_is_asked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = await lost_at(world, "applied")

    async def unreachable(*_given: object) -> None:
        raise ProviderFailed("the cloud is away")

    with monkeypatch.context() as patched:
        patched.setattr(world.engine.runner, "recover", unreachable)
        await recover_lapsed(world.services)
    stands = await world.stored(lost)
    assert stands.interruption is not None
    assert stands.interruption.problem == "provider_failed"
    later = world.engine.clock.now() + timedelta(seconds=2 * RECOVERY_RETRY_SECONDS)
    assert stands.interruption.due(later)
    world.engine.clock.advance(2 * RECOVERY_RETRY_SECONDS)
    (settled,) = await recover_lapsed(world.services)
    assert settled.state is S.FINISHED


async def test_an_object_that_is_named_by_a_secret_is_found_and_its_name_shown_nowhere(world: World) -> None:
    await world.create("key", {"name": "key", "value": "tops3cret"}, resource_type="fake_secret")
    world.engine.runner.hooks["applied"] = die
    with pytest.raises(ExceptionGroup):
        await world.create("logs", {"name": {"$ref": "key.value"}})
    world.engine.runner.hooks.clear()
    world.engine.runner.workspaces.clear()
    world.engine.clock.advance(LEASE_SECONDS)
    (settled,) = await recover_lapsed(world.services)
    assert (settled.state, await world.living()) == (S.FINISHED, ["key", "logs"])
    assert settled.interruption is not None
    assert settled.interruption.event_ids == (REDACTED,)
    assert [look.object_id for look in settled.interruption.looks] == [None, REDACTED]
    async with world.services.store.transaction() as transaction:
        facts = [entry.facts for entry in await transaction.audit.entries() if entry.subject == settled.id]
    assert "tops3cret" not in str(facts)
    assert facts[-1]["object_id"] == REDACTED
