"""Workspaces that were left behind: removed once nothing can be learned from them any more."""

import pytest

from engine.core.limits import LEASE_SECONDS
from engine.core.operations.states import OperationState
from engine.service.resume import resume
from engine.service.tidy_workspaces import Tidied, tidy_workspaces
from tests.service.test_service_workers import lost_at
from tests.service.world import ADAS, World

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.1.workspaces")]

S = OperationState


async def test_that_of_an_operation_which_has_not_ended_stays(world: World) -> None:
    lost = await lost_at(world, "applied")
    assert await tidy_workspaces(world.services) == Tidied(removed=(), kept=(), unknown=())
    world.engine.clock.advance(LEASE_SECONDS)
    found = await resume(world.services, ADAS, lost.id)
    assert found.state is S.INTERRUPTED
    assert await tidy_workspaces(world.services) == Tidied(removed=(), kept=(), unknown=())
    assert list(world.engine.runner.workspaces) == [lost.id]


async def test_that_of_an_operation_which_has_ended_goes(world: World) -> None:
    done = await world.create()
    world.engine.runner.workspaces[done.id] = None
    assert await tidy_workspaces(world.services) == Tidied(removed=(done.id,), kept=(), unknown=())
    assert world.engine.runner.workspaces == {}
    assert await tidy_workspaces(world.services) == Tidied(removed=(), kept=(), unknown=())


async def test_that_of_an_ended_operation_whose_effect_lives_stays(world: World) -> None:
    done = await world.create()
    world.engine.runner.workspaces[done.id] = None
    world.engine.runner.orphans.add(done.id)
    assert await tidy_workspaces(world.services) == Tidied(removed=(), kept=(done.id,), unknown=())
    assert list(world.engine.runner.workspaces) == [done.id]


async def test_those_that_another_database_may_know_stay(world: World) -> None:
    strange = ("0190ac54-6d3e-7000-8000-000000000000", "notes")
    world.engine.runner.workspaces.update(dict.fromkeys(strange))
    assert await tidy_workspaces(world.services) == Tidied(removed=(), kept=(), unknown=strange)
    assert sorted(world.engine.runner.workspaces) == sorted(strange)
