"""An object that was deleted outside: nothing is done about it before somebody has decided what."""

from typing import Any

import pytest

from engine.core.auth.principals import Principal, PrincipalKind, Scope
from engine.core.errors import Forbidden
from engine.core.operations.operation import Accept, Missing
from engine.core.operations.states import OperationState
from engine.service.projects.show import show_project
from engine.service.refresh import refresh
from engine.testing.engines import ALLOW, DENY
from engine.testing.runners import Fault
from tests.service.test_service_decisions import last_input
from tests.service.world import ADA, BUCKET, World, outcome

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.1.missing")]

S = OperationState


async def bereft(world: World) -> None:
    """Make a bucket and delete it outside."""
    await world.create(config={**BUCKET, "size": 1})
    world.engine.cloud.objects.clear()
    world.engine.cloud.writes.clear()


async def missing(world: World) -> list[str]:
    shown = await show_project(world.services, ADA, "demo")
    return [resource.resource_id for resource in shown.resources if resource.missing]


@pytest.mark.requirement("2.3.refresh")
@pytest.mark.parametrize("accept", Accept)
async def test_it_is_reported_and_its_record_is_kept(world: World, accept: Accept) -> None:
    await bereft(world)
    assert await missing(world) == []
    done = await world.refresh(accept=accept)
    report = await world.report(done)
    assert report.resource is not None
    assert (done.state, done.decision_id, report.resource.missing, report.next) == (
        S.FINISHED,
        None,
        True,
        "decide",
    )
    assert (await world.living(), world.engine.cloud.writes) == (["logs"], [])
    assert await missing(world) == ["logs"]


async def test_an_update_does_not_make_it_anew_unasked(world: World) -> None:
    await bereft(world)
    for config in ({"size": 2}, {}):
        refused = await world.update(config)
        assert outcome(refused) == ("FAILED", "resource_missing", "resource_id")
        assert refused.error is not None
        assert refused.error.facts == {"ways": ["keep", "forget", "recreate"]}
    assert (world.engine.cloud.writes, await missing(world)) == ([], ["logs"])


async def test_it_is_forgotten_through_the_gate(world: World) -> None:
    await bereft(world)
    await world.govern(DENY)
    denied = await world.refresh(missing=Missing.FORGET)
    assert (denied.state, await world.living()) == (S.DENIED, ["logs"])
    asked: Any = last_input(world)
    assert (asked["resource"]["operation"], asked["plan"]["action"]) == ("refresh", "forget")
    assert (asked["resource"]["current_state"]["size"], asked["resource"]["proposed_state"]) == (1, None)
    assert await missing(world) == ["logs"]
    await world.govern(ALLOW)
    done = await world.refresh(missing=Missing.FORGET)
    assert (done.state, await world.living()) == (S.FINISHED, [])
    assert (await world.report(done)).next == "none"


async def test_it_is_made_anew_as_it_was_wanted_through_the_gate(world: World) -> None:
    await bereft(world)
    await world.govern(DENY)
    denied = await world.refresh(missing=Missing.RECREATE)
    asked: Any = last_input(world)
    assert (denied.state, asked["resource"]["operation"], asked["plan"]["action"]) == (
        S.DENIED,
        "create",
        "create",
    )
    assert asked["resource"]["current_state"] is None
    await world.govern(ALLOW)
    done = await world.refresh(missing=Missing.RECREATE)
    kept = await world.resource()
    assert kept is not None
    assert (done.state, kept.version, kept.config) == (S.FINISHED, 2, {**BUCKET, "size": 1})
    assert world.engine.cloud.objects["fake_bucket", "logs"]["size"] == 1
    assert (await missing(world), (await world.report(done)).next) == ([], "none")
    assert (denied.missing, done.missing) == (True, False)


async def test_an_object_that_is_there_is_neither_forgotten_nor_made_anew(world: World) -> None:
    await world.create()
    world.engine.cloud.objects["fake_bucket", "logs"]["acl"] = "public"
    refused = await world.refresh(missing=Missing.RECREATE)
    assert outcome(refused) == ("FAILED", "conflict", "missing")
    kept = await world.refresh(missing=Missing.FORGET)
    assert (kept.state, kept.decision_id, await world.living()) == (S.FINISHED, None, ["logs"])
    assert world.engine.cloud.objects["fake_bucket", "logs"]["acl"] == "public"
    assert len(world.engine.cloud.writes) == 1


@pytest.mark.parametrize("decided", [Missing.FORGET, Missing.RECREATE])
async def test_deciding_takes_the_right_to_write(world: World, decided: Missing) -> None:
    await bereft(world)
    reader = Principal(
        subject="eve",
        kind=PrincipalKind.TOKEN,
        client="cli",
        scopes=frozenset({Scope.RESOURCES_READ, Scope.PROJECTS_READ}),
    )
    with pytest.raises(Forbidden):
        await refresh(world.services, reader, "demo", resource_id="logs", missing=decided)


async def test_a_half_made_object_is_replaced_by_the_next_update(world: World) -> None:
    await bereft(world)
    await world.refresh(missing=Missing.FORGET)
    world.engine.runner.fault = Fault(effect=True)
    assert (await world.create()).state is S.FAILED
    shown = await show_project(world.services, ADA, "demo")
    assert [resource.tainted for resource in shown.resources] == [True]
    mended = await world.update({})
    assert mended.plan_summary is not None
    assert (mended.state, mended.plan_summary.action) == (S.FINISHED, "replace")
