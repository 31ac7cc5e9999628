"""A real database that fails at each point of an operation: nothing is applied unwritten, nothing is lost."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import anyio.to_thread
import pytest
from sqlalchemy import event

from engine.adapters.store import database
from engine.adapters.store.schema import upgrade
from engine.adapters.store.unit_of_work import SqlStore
from engine.core.errors import EngineError, StoreFailed
from engine.core.limits import LEASE_SECONDS
from engine.core.operations.operation import Operation
from engine.core.operations.states import FINAL_STATES, OperationState
from engine.core.values import JsonObject
from engine.ports.runner import Job
from engine.service.create import create
from engine.service.resume import resume
from engine.testing.runners import Moment
from tests.service.world import ADAS, World, new_world, outcome

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.6.database", "4.security.45")]

S = OperationState
_PLENTY: Final = 1_000_000


class Disk:
    """A database file whose trouble can be switched on and off, as SQLite itself reports it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        self._holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def apply(self, connection: Any, _entry: object, _proxy: object) -> None:
        """Put a connection into the present trouble, or out of it."""
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA query_only = {self.trouble == 'read-only'}")
        cursor.execute(f"PRAGMA max_page_count = {1 if self.trouble == 'full' else _PLENTY}")
        cursor.close()

    def switch(self, trouble: str) -> None:
        """Switch to another trouble, or to none."""
        if self.trouble == "locked":
            self._holder.execute("ROLLBACK")
        self.trouble = trouble
        if trouble == "locked":
            self._holder.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Let go of the file."""
        self._holder.close()


@contextmanager
def disk_at(path: Path) -> Iterator[Disk]:
    disk = Disk(path)
    try:
        yield disk
    finally:
        disk.close()


@asynccontextmanager
async def world_on(disk: Disk) -> AsyncIterator[World]:
    engine = database.connect(disk.path, busy_seconds=0.05)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, disk.path)

    event.listen(engine.sync_engine, "checkout", disk.apply)
    try:
        yield await new_world(SqlStore(engine, disk.path))
    finally:
        await engine.dispose()


async def troubled(
    world: World, disk: Disk, moment: Moment, trouble: str
) -> tuple[Operation, list[EngineError]]:
    """Return a creation in which the trouble begins at a moment, and what its worker raised."""
    raised: list[EngineError] = []

    async def begin(_job: Job) -> None:
        await anyio.to_thread.run_sync(disk.switch, trouble)

    # So much that no page that is there has room for it.
    config: JsonObject = {"name": "logs", "tags": {"env": "x" * 50_000}}
    operation = await create(
        world.services,
        ADAS,
        "demo",
        resource_id="logs",
        provider="testing/fake",
        resource_type="fake_bucket",
        config=config,
    )
    world.engine.runner.hooks[moment] = begin
    try:
        await world.run(operation)
    except EngineError as error:
        raised.append(error)
    world.engine.runner.hooks.clear()
    disk.switch("")
    return operation, raised


@pytest.mark.parametrize("moment", ["plan", "planned", "begin", "apply", "applied"])
@pytest.mark.parametrize("trouble", ["locked", "full", "read-only"])
async def test_the_cloud_and_the_database_agree_once_it_is_well_again(
    tmp_path: Path, moment: Moment, trouble: str
) -> None:
    with disk_at(tmp_path / "intent.db") as disk:
        async with world_on(disk) as world:
            operation, raised = await troubled(world, disk, moment, trouble)
            begun, stored = moment not in ("plan", "planned"), await world.stored(operation)
            if trouble == "full" and not (begun and raised):
                # A full disk has room for the few words that say so, in pages that the request gives back;
                # what an effect says on its way may have used them up.
                assert raised == []
                state = "INTERRUPTED" if begun else "FAILED"
                assert outcome(stored) == (state, "store_failed", None)
            else:
                assert [(type(error), bool(error.hint)) for error in raised] == [(StoreFailed, True)]
                assert stored.state not in FINAL_STATES
            assert len(world.engine.cloud.writes) == int(begun)
            world.engine.clock.advance(LEASE_SECONDS)
            settled = await _settled(world, operation)
            assert settled.state is (S.FINISHED if begun else S.FAILED)
            assert (await world.living(), len(world.engine.cloud.writes)) == (
                (["logs"], 1) if begun else ([], 0)
            )
            assert world.engine.runner.workspaces == {}
            assert (await world.create()).state is (S.FAILED if begun else S.FINISHED)


async def _settled(world: World, operation: Operation) -> Operation:
    try:
        return await world.run(await resume(world.services, ADAS, operation.id))
    except EngineError:
        return await world.stored(operation)
