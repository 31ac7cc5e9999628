"""Status, history and what is to be done next."""

import pytest

from engine.core.auth.principals import Principal, PrincipalKind
from engine.core.errors import Forbidden, InvalidInput
from engine.core.operations.operation import OperationKind
from engine.core.operations.states import OperationState
from engine.service.create import create
from engine.service.history import history
from engine.service.report import report
from engine.testing.engines import DENY
from engine.testing.runners import Fault
from tests.service.world import ADA, ADAS, BUCKET, World

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("2.3.status")
async def test_the_report_says_where_an_operation_stands(world: World) -> None:
    queued = await create(
        world.services,
        ADAS,
        "demo",
        resource_id="logs",
        provider="testing/fake",
        resource_type="fake_bucket",
        config=BUCKET,
    )
    waiting = await world.report(queued)
    assert (waiting.operation.state, waiting.plan, waiting.decision, waiting.next) == (
        OperationState.QUEUED,
        None,
        None,
        "wait",
    )
    done = await world.report(await world.run(queued))
    assert (done.operation.project, done.operation.kind, done.operation.actor, done.operation.client) == (
        "demo",
        OperationKind.CREATE,
        "ada",
        "claude",
    )
    assert (done.format_version, done.operation.finished_at) == ("1.0", "2026-01-02T03:04:05.678901+00:00")


@pytest.mark.requirement("2.3.status")
async def test_history_is_newest_first_and_of_one_resource_when_asked(world: World) -> None:
    await world.create()
    await world.create("more", {"name": "more"})
    world.engine.runner.fault = Fault("AccessDenied")
    await world.update({"size": 1})
    await world.govern(DENY)
    await world.delete("more")
    lines = (await history(world.services, ADA, "demo", limit=10)).operations
    assert [(line.kind, line.resource_id, line.state, line.summary) for line in lines] == [
        ("delete", "more", "DENIED", "delete"),
        ("update", "logs", "FAILED", "update size"),
        ("create", "more", "FINISHED", "create"),
        ("create", "logs", "FINISHED", "create"),
    ]
    assert "untrusted_detail" in lines[1].error
    assert "AccessDenied" not in lines[1].error
    assert lines[1].resource_type == "fake_bucket"
    only = await history(world.services, ADA, "demo", resource_id="logs", limit=1)
    assert [line.kind for line in only.operations] == ["update"]


@pytest.mark.parametrize("limit", [0, -1, 501])
async def test_a_page_has_bounds(world: World, limit: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        await history(world.services, ADA, "demo", limit=limit)
    assert refused.value.field == "limit"


async def test_a_report_needs_the_right_to_read(world: World) -> None:
    done = await world.create()
    nobody = Principal(subject="eve", kind=PrincipalKind.TOKEN, client="cli")
    with pytest.raises(Forbidden):
        await report(world.services, nobody, done.id)
