"""Too much to do: a new request is refused before anything of it is recorded."""

import pytest

from engine.core.errors import Busy
from engine.core.operations.states import OperationState
from engine.service import room
from engine.service.cancel import cancel
from engine.service.history import history
from engine.service.projects.create import create_project
from engine.service.read import read
from engine.testing.engines import REVIEW
from tests.service.world import ADA, ADAS, BUCKET, World

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("4.2.busy")
@pytest.mark.parametrize(("of_project", "of_all", "place"), [(3, 9, "project demo"), (9, 3, "the engine")])
async def test_more_requests_than_can_be_worked_off_are_refused_and_leave_no_trace(
    world: World, monkeypatch: pytest.MonkeyPatch, of_project: int, of_all: int, place: str
) -> None:
    monkeypatch.setattr(room, "OPEN_OPERATIONS_PER_PROJECT_MAX", of_project)
    monkeypatch.setattr(room, "OPEN_OPERATIONS_MAX", of_all)
    asked = [await world.queued() for _ in range(3)]
    before = await history(world.services, ADA, "demo", limit=9)
    for request in (
        world.queued(),
        read(
            world.services,
            ADA,
            "demo",
            provider="testing/fake",
            data_source_type="fake_bucket",
            config=BUCKET,
        ),
    ):
        with pytest.raises(Busy) as refused:
            await request
    assert refused.value.message == f"{place} has 3 requests that have not ended, and takes no more than 3"
    assert refused.value.facts == {"open": 3, "limit": 3, "retry_after_seconds": 60}
    assert "60 seconds" in (refused.value.hint or "")
    assert await history(world.services, ADA, "demo", limit=9) == before
    await cancel(world.services, ADAS, asked[0].id)
    assert (await world.queued()).state is OperationState.QUEUED


@pytest.mark.requirement("4.2.busy")
async def test_one_project_that_is_full_does_not_stop_another_and_what_waits_for_a_person_counts_nowhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "OPEN_OPERATIONS_PER_PROJECT_MAX", 1)
    await world.govern(REVIEW)
    assert (await world.create()).state is OperationState.PENDING_REVIEW
    await world.queued()
    with pytest.raises(Busy):
        await world.queued()
    await create_project(world.services, ADA, "other")
    asked = await read(
        world.services, ADA, "other", provider="testing/fake", data_source_type="fake_bucket", config=BUCKET
    )
    assert asked.state is OperationState.QUEUED


@pytest.mark.requirement("4.2.busy")
async def test_a_key_that_was_used_is_answered_however_much_there_is_to_do(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await world.create(idempotency_key="k")
    monkeypatch.setattr(room, "OPEN_OPERATIONS_MAX", 0)
    assert (await world.create(idempotency_key="k")).id == first.id
