"""What goes wrong outside: a refusing provider, a change half done, contact lost, and how each is settled."""

import pytest

from engine.core.errors import IntegrityFailed, NotSetUp, OutcomeUnknown, ProviderFailed, RunnerFailed
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service.cancel import cancel
from engine.service.resume import resume
from engine.testing.runners import Fault
from engine.testing.schemas import FAKE_PIN
from tests.service.world import ADAS, BUCKET, World, outcome

pytestmark = pytest.mark.anyio

S = OperationState


async def resumed(world: World, operation: Operation) -> Operation:
    return await world.run(await resume(world.services, ADAS, operation.id))


@pytest.mark.requirement("2.8.credentials", "2.8.cloud-unreachable")
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ProviderFailed("refused", untrusted="InvalidClientTokenId"), "provider_failed"),
        (RunnerFailed("no end after 900 seconds"), "runner_failed"),
        (NotSetUp("OpenTofu is not installed"), "not_set_up"),
        (IntegrityFailed("the plan file changed"), "integrity_failed"),
    ],
)
@pytest.mark.parametrize("moment", ["plan", "planned"])
async def test_a_plan_that_cannot_be_made_is_recorded(
    world: World, error: Exception, code: str, moment: str
) -> None:
    async def refuse(_job: Job) -> None:
        raise error

    world.engine.runner.hooks["plan" if moment == "plan" else "planned"] = refuse
    done = await world.create()
    assert outcome(done) == ("FAILED", code, None)
    assert done.error is not None
    assert done.error.untrusted_detail == getattr(error, "untrusted", None)
    assert (world.engine.cloud.writes, world.engine.runner.workspaces) == ([], {})
    assert (await world.report(done)).next == "fix"


async def test_a_changed_provider_is_not_started(world: World) -> None:
    world.engine.mirror.changed.add(FAKE_PIN)
    assert outcome(await world.create()) == ("FAILED", "integrity_failed", None)


async def test_an_apply_that_leaves_nothing_is_a_failure_without_a_resource(world: World) -> None:
    world.engine.runner.fault = Fault("AccessDenied")
    done = await world.create()
    assert outcome(done) == ("FAILED", "provider_failed", None)
    assert done.error is not None
    assert done.error.untrusted_detail == "AccessDenied"
    assert (await world.resource(), done.applied_at) == (None, None)
    assert (await world.create()).state is S.FINISHED


async def test_a_half_made_object_is_kept_tainted_and_replaced_by_the_next_update(world: World) -> None:
    world.engine.runner.fault = Fault(effect=True)
    done = await world.create()
    report = await world.report(done)
    assert report.error is not None
    assert report.resource is not None
    assert (done.state, report.resource.tainted, report.resource.version) == (S.FAILED, True, 1)
    assert report.error.hint == "it exists half made: update it (it will be replaced) or delete it"
    kept = await world.resource()
    assert kept is not None
    assert kept.config == BUCKET
    mended = await world.update({})
    assert mended.plan_summary is not None
    assert (mended.state, mended.plan_summary.summary) == (S.FINISHED, "replace because of a taint")
    kept = await world.resource()
    assert kept is not None
    assert kept.state is not None
    assert (kept.version, kept.state.tainted) == (2, False)


async def test_an_update_that_failed_half_way_keeps_what_is_there_under_the_old_configuration(
    world: World,
) -> None:
    await world.create()
    world.engine.runner.fault = Fault(effect=True)
    done = await world.update({"size": 2})
    kept = await world.resource()
    assert kept is not None
    assert kept.state is not None
    assert (done.state, kept.version, kept.config) == (S.FAILED, 2, BUCKET)
    assert kept.state.attributes["size"] == 2
    world.engine.runner.fault = Fault()
    assert (await world.update({"size": 3})).state is S.FAILED
    kept = await world.resource()
    # Nothing changed, so there is nothing to keep.
    assert kept is not None
    assert kept.version == 2


async def test_a_replacement_that_lost_the_old_object_says_that_it_is_gone(world: World) -> None:
    await world.create()
    await world.create("more", {"name": "taken"})
    done = await world.update({"name": "taken"})
    assert done.error is not None
    assert (done.state, done.error.hint) == (S.FAILED, "it no longer exists: make it anew with create")
    assert done.error.untrusted_detail == "taken already exists"
    assert await world.living() == ["more"]


@pytest.mark.requirement("2.8.provider-crash")
async def test_an_unknown_outcome_is_reconciled_where_the_workspace_still_tells(world: World) -> None:
    world.engine.runner.fault = Fault(effect=True, known=False)
    lost = await world.create()
    report = await world.report(lost)
    assert outcome(lost) == ("INTERRUPTED", "outcome_unknown", None)
    assert (report.next, list(world.engine.runner.workspaces)) == ("resume", [lost.id])
    world.engine.cloud.objects["fake_bucket", "logs"]["size"] = 0
    settled = await resumed(world, lost)
    # It is tainted, so it is not what was planned, but it is there and nothing of it is lost.
    assert outcome(settled) == ("FAILED", "interrupted", None)
    assert (await world.living(), world.engine.runner.workspaces) == (["logs"], {})


async def test_an_interrupted_change_that_happened_is_finished(world: World) -> None:
    await world.create()
    world.engine.runner.fault = Fault(effect=True, known=False)
    lost = await world.update({"size": 2})
    settled = await resumed(world, lost)
    kept = await world.resource()
    assert kept is not None
    assert (settled.state, settled.error, kept.version, kept.config) == (
        S.FINISHED,
        None,
        2,
        {**BUCKET, "size": 2},
    )
    assert settled.applied_at is not None


async def test_an_interrupted_change_that_did_not_happen_has_failed(world: World) -> None:
    await world.create()
    world.engine.runner.fault = Fault(known=False, trace=False)
    lost = await world.update({"size": 2})
    settled = await resumed(world, lost)
    kept = await world.resource()
    assert kept is not None
    assert (outcome(settled), kept.version) == (("FAILED", "interrupted", None), 1)


@pytest.mark.parametrize(("effect", "state"), [(True, S.FINISHED), (False, S.FAILED)])
async def test_a_change_of_nothing_but_a_secret_is_told_by_the_secret(
    world: World, *, effect: bool, state: OperationState
) -> None:
    await world.create("key", {"name": "key", "value": "first"}, resource_type="fake_secret")
    world.engine.runner.fault = Fault(effect=effect, known=False)
    lost = await world.update({"value": "second"}, "key")
    assert (await resumed(world, lost)).state is state


@pytest.mark.parametrize(("effect", "state"), [(True, S.FINISHED), (False, S.FAILED)])
async def test_an_interrupted_deletion_is_told_by_the_object(
    world: World, *, effect: bool, state: OperationState
) -> None:
    await world.create()
    world.engine.runner.fault = Fault(effect=effect, known=False)
    lost = await world.delete()
    assert lost.state is S.INTERRUPTED
    assert (await resumed(world, lost)).state is state
    assert (await world.living() == []) is effect


async def test_a_creation_without_a_trace_stays_open_until_a_person_settles_it(world: World) -> None:
    world.engine.runner.fault = Fault(effect=True, known=False, trace=False)
    lost = await world.create()
    with pytest.raises(OutcomeUnknown) as unknown:
        await resumed(world, lost)
    assert unknown.value.hint is not None
    assert all(way in unknown.value.hint for way in ("--adopt", "--retry", "--forget"))
    assert (await world.stored(lost)).state is S.INTERRUPTED
    # INVARIANT: nothing is made twice while it is open.
    refused = await world.create()
    assert outcome(refused) == ("FAILED", "conflict", "resource_id")
    assert refused.error is not None
    assert refused.error.facts == {"operation_id": lost.id}
    settled = await cancel(world.services, ADAS, lost.id)
    assert outcome(settled) == ("FAILED", "outcome_unknown", None)
    assert (await world.import_("logs")).state is S.FINISHED
    assert world.engine.cloud.writes == [("create", "fake_bucket", "logs")]


async def test_settling_an_interrupted_operation_removes_its_workspace(world: World) -> None:
    world.engine.runner.fault = Fault(effect=True, known=False)
    lost = await world.create()
    await cancel(world.services, ADAS, lost.id)
    assert world.engine.runner.workspaces == {}


@pytest.mark.parametrize("error", [IntegrityFailed("the plan file changed"), NotSetUp("no OpenTofu")])
async def test_an_apply_that_never_began_has_failed_and_is_not_open(world: World, error: Exception) -> None:
    async def refuse(_job: Job) -> None:
        raise error

    world.engine.runner.hooks["apply"] = refuse
    assert (await world.create()).state is S.FAILED


async def test_an_apply_that_left_nothing_to_read_is_open(world: World) -> None:
    async def refuse(_job: Job) -> None:
        raise RunnerFailed("the state cannot be read")

    world.engine.runner.hooks["applied"] = refuse
    lost = await world.create()
    assert outcome(lost) == ("INTERRUPTED", "runner_failed", None)
    assert (await resumed(world, lost)).state is S.FINISHED
