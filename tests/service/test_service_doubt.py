"""What a person says of an operation of which no place tells what became: adopt, retry, forget."""

from typing import Any

import pytest

from engine.core.errors import Conflict, InvalidInput, NotFound, OutcomeUnknown, RunnerFailed
from engine.core.limits import LEASE_SECONDS
from engine.core.operations.interruption import Source
from engine.core.operations.states import OperationState
from engine.service.cancel import cancel
from engine.service.delete import delete
from engine.service.doubt.adopt import adopt
from engine.service.doubt.forget import forget
from engine.service.doubt.retry import retry
from engine.service.resume import resume
from engine.testing.engines import REVIEW
from tests.service.test_service_recovery import NO_TRACE, in_doubt
from tests.service.test_service_workers import lost_at
from tests.service.world import ADA, ADAS, BOB, BUCKET, World, outcome

pytestmark = pytest.mark.anyio

S = OperationState


@pytest.mark.requirement("4.1.recovery-adopt")
async def test_an_object_that_a_person_names_is_kept_with_what_was_asked_for_and_its_drift(
    world: World,
) -> None:
    lost = await in_doubt(world)
    world.engine.cloud.objects["fake_bucket", "logs"]["tags"] = {"env": "prod"}
    adopted = await adopt(world.services, ADA, lost.id, "logs")
    assert (adopted.state, adopted.error, await world.living()) == (S.FINISHED, None, ["logs"])
    assert [(d.path, d.before, d.after) for d in adopted.drift] == [("tags.env", "dev", "prod")]
    assert adopted.interruption is not None
    assert adopted.interruption.found_by is Source.PERSON
    kept = await world.resource()
    assert kept is not None
    assert (kept.config, kept.operation_id) == (BUCKET, lost.id)
    assert (await world.audited(lost))[-1] == ("operation.recover", ADA.key)


@pytest.mark.requirement("4.1.recovery-adopt")
async def test_an_object_that_does_not_exist_or_is_anothers_is_not_adopted(world: World) -> None:
    lost = await in_doubt(world)
    with pytest.raises(NotFound) as missing:
        await adopt(world.services, ADA, lost.id, "no-such")
    assert missing.value.field == "adopt"
    with pytest.raises(InvalidInput):
        await adopt(world.services, ADA, lost.id, "")
    world.engine.cloud.create("fake_bucket", {"name": "theirs"})
    assert (await world.import_("theirs", "other")).state is S.FINISHED
    with pytest.raises(Conflict) as taken:
        await adopt(world.services, ADA, lost.id, "theirs")
    assert (taken.value.field, "other of project demo" in taken.value.message) == ("adopt", True)
    assert (await world.stored(lost)).state is S.INTERRUPTED


@pytest.mark.requirement("4.1.recovery-retry")
async def test_what_a_person_says_was_not_done_is_planned_and_decided_anew(world: World) -> None:
    lost = await in_doubt(world, effect=False)
    await world.govern(REVIEW)
    asked = await retry(world.services, ADA, lost.id)
    assert asked.interruption is not None
    assert asked.interruption.retry_by == ADA.key
    waiting = await world.run(asked)
    assert waiting.state is S.PENDING_REVIEW
    events = await world.audited(lost)
    assert ("operation.nothing_done", ADA.key) in events
    assert world.engine.cloud.writes == []


@pytest.mark.requirement("4.1.recovery-retry")
async def test_what_was_said_of_one_attempt_is_not_held_for_the_next(world: World) -> None:
    lost = await in_doubt(world, effect=False)
    world.engine.runner.fault = NO_TRACE
    again = await world.run(await retry(world.services, ADA, lost.id))
    assert again.state is S.INTERRUPTED
    with pytest.raises(OutcomeUnknown):
        await world.run(again)
    assert world.engine.cloud.writes == [("create", "fake_bucket", "logs")]


@pytest.mark.requirement("4.1.recovery-forget")
async def test_what_is_forgotten_ends_as_failed_and_nothing_is_kept(world: World) -> None:
    lost = await in_doubt(world)
    settled = await forget(world.services, ADA, lost.id)
    assert outcome(settled) == ("FAILED", "outcome_unknown", None)
    assert (await world.living(), world.engine.runner.workspaces) == ([], {})
    assert (await world.audited(lost))[-1] == ("operation.fail", ADA.key)


@pytest.mark.requirement("4.1.recovery-forget", "4.1.recovery-retry")
@pytest.mark.parametrize("settle", [forget, retry])
async def test_nothing_is_settled_while_its_opentofu_still_runs(world: World, settle: Any) -> None:
    lost = await in_doubt(world)
    world.engine.runner.orphans.add(lost.id)
    with pytest.raises(RunnerFailed):
        await settle(world.services, ADA, lost.id)
    assert await world.stored(lost) == lost


@pytest.mark.parametrize("settle", [forget, retry])
async def test_only_what_is_in_doubt_is_settled_by_a_person(world: World, settle: Any) -> None:
    done = await world.create()
    with pytest.raises(Conflict) as refused:
        await settle(world.services, ADA, done.id)
    assert refused.value.facts == {"state": "FINISHED"}


@pytest.mark.requirement("4.1.recovery-order")
async def test_a_replacement_whose_new_object_nobody_knows_is_not_called_undone(world: World) -> None:
    await world.create()
    world.engine.runner.fault = NO_TRACE
    lost = await world.update({"name": "other"})
    assert lost.state is S.INTERRUPTED
    with pytest.raises(OutcomeUnknown):
        await world.do(resume(world.services, ADAS, lost.id))
    assert await world.living() == ["logs"]
    adopted = await adopt(world.services, ADA, lost.id, "other")
    kept = await world.resource()
    assert adopted.state is S.FINISHED
    assert kept is not None
    assert kept.state is not None
    assert kept.state.object_id == "other"


@pytest.mark.requirement("4.1.cancel")
@pytest.mark.parametrize("runs", [True, False])
async def test_what_was_not_done_is_not_called_done_because_somebody_cancelled_it(
    world: World, *, runs: bool
) -> None:
    await world.create()
    lost = await lost_at(world, "apply", await delete(world.services, ADAS, "demo", resource_id="logs"))
    world.engine.clock.advance(LEASE_SECONDS)
    if runs:
        world.engine.runner.orphans.add(lost.id)
    settled = await cancel(world.services, BOB, lost.id)
    assert outcome(settled) == ("FAILED", "interrupted", None)
    assert await world.living() == ["logs"]
