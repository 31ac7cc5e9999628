"""Consent and refusal that race a cancel, over SQL and between two engines: exactly one wins."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from engine.adapters.store.unit_of_work import open_store
from engine.core.errors import Conflict
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.service.approve import approve
from engine.service.cancel import cancel
from engine.service.reject import reject
from engine.service.resume import resume
from engine.testing.engines import UNDECIDED, make_services
from tests.service.world import ADAS, BOB, World, new_world

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.1.cancel")]

S = OperationState
_ROUNDS = 20


async def attempt(doing: Awaitable[Operation], won: list[OperationState], lost: list[Conflict]) -> None:
    try:
        won.append((await doing).state)
    except Conflict as refused:
        lost.append(refused)


async def test_of_a_rejection_and_a_cancel_exactly_one_wins(tmp_path: Path) -> None:
    async with two_engines(tmp_path) as (world, there):
        winners = set()
        for number in range(_ROUNDS):
            waiting = await world.create(f"logs-{number}", {"name": f"logs-{number}"})
            won: list[OperationState] = []
            lost: list[Conflict] = []
            refusals = [
                reject(there.services, BOB, waiting.id),
                cancel(world.services, ADAS, waiting.id),
            ]
            async with anyio.create_task_group() as tasks:
                for refusal in refusals if number % 2 else reversed(refusals):
                    tasks.start_soon(attempt, refusal, won, lost)
            stored = await world.stored(waiting)
            assert (won, [e.facts["state"] for e in lost]) == ([stored.state], [stored.state.value])
            assert lost[0].hint
            winners.add(stored.state)
    assert winners == {S.CANCELLED, S.REJECTED}


async def test_what_a_cancel_outran_is_never_carried_out_and_what_it_did_not_is_done_once(
    tmp_path: Path,
) -> None:
    async with two_engines(tmp_path) as (world, there):
        ends = set()
        for number in range(_ROUNDS):
            waiting = await world.create(f"logs-{number}", {"name": f"logs-{number}"})
            before = len(there.engine.cloud.writes)
            lost: list[Conflict] = []

            async def consent(operation: Operation = waiting) -> Operation:
                await approve(there.services, BOB, operation.id)
                return await there.run(await resume(there.services, ADAS, operation.id))

            async def withdraw(operation: Operation = waiting, turns: int = number) -> Operation:
                for _ in range(turns * 12):
                    await anyio.lowlevel.checkpoint()
                return await cancel(world.services, ADAS, operation.id)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(attempt, consent(), [], lost)
                tasks.start_soon(attempt, withdraw(), [], lost)
            stored = await world.stored(waiting)
            done = len(there.engine.cloud.writes) - before
            assert (stored.state, done) in {(S.CANCELLED, 0), (S.FINISHED, 1), (S.FAILED, 0)}
            assert (stored.error.code if stored.error else "cancelled") == "cancelled"
            assert all(error.hint for error in lost)
            ends.add(stored.state)
    assert S.CANCELLED in ends


@asynccontextmanager
async def two_engines(folder: Path) -> AsyncIterator[tuple[World, World]]:
    """Open two engines on one database, whose policies want a person."""
    url = f"sqlite:///{folder / 'intent.db'}"
    async with open_store(url) as here, open_store(url) as there:
        world = await new_world(here)
        await world.govern(UNDECIDED)
        yield world, World(make_services(store=there))
