"""The timer of upkeep: when passes are made, what ends them, and two engines on one database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from engine.adapters.store.unit_of_work import open_store
from engine.core.auth.principals import PrincipalKind, person
from engine.core.errors import StoreFailed
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.projects import AtExpiry
from engine.ports.runner import Job
from engine.service.create import create
from engine.service.projects.create import create_project
from engine.service.projects.show import show_project
from engine.service.projects.times import Times
from engine.service.run import run
from engine.service.services import Services
from engine.service.upkeep.found import UpkeepReport
from engine.service.upkeep.upkeep import upkeep
from engine.testing.clocks import HandTimer
from engine.testing.engines import FakeEngine, make_services
from server.scheduler import kept_up, once

pytestmark = pytest.mark.anyio

ADA = person("ada")
HOUR = 3_600
JUMPS = (10, 20, -20, 20, 18, 2, 1)
BOUND = 20


async def unheard(_text: str) -> None:
    """Listen to nothing."""


def unnoted(_found: UpkeepReport) -> None:
    """Take note of nothing."""


async def create_bucket(services: Services, name: str) -> Operation:
    asked = await create(
        services,
        ADA,
        "demo",
        resource_id=name,
        provider="testing/fake",
        resource_type="fake_bucket",
        config={"name": name},
    )
    return await run(services, asked.id, unheard, ADA.key)


async def all_operations(services: Services) -> list[Operation]:
    async with services.store.transaction() as transaction:
        return list(await transaction.operations.list(None, None, 100))


async def events(services: Services, prefix: str) -> list[str]:
    async with services.store.transaction() as transaction:
        return [e.event for e in await transaction.audit.entries() if e.event.startswith(prefix)]


@asynccontextmanager
async def two_engines(folder: Path) -> AsyncIterator[tuple[FakeEngine, Services, Services]]:
    """Open one database twice, each engine with a store and a name of its own; one cloud, one clock."""
    url = f"sqlite:///{folder / 'intent.db'}"
    async with open_store(url) as first, open_store(url) as second:
        engine = make_services(store=first)
        other = replace(engine.services, store=second, worker="there:2:2")
        yield engine, engine.services, other


@pytest.mark.requirement("4.5.upkeep")
@pytest.mark.requirement("4.5.clock")
async def test_two_engines_on_one_database_do_each_thing_once(tmp_path: Path) -> None:
    async with two_engines(tmp_path) as (engine, one, other):
        times = Times(ttl="50h", at_expiry=AtExpiry.DESTROY, refresh_every="6h")
        await create_project(one, ADA, "demo", times=times)
        for name in ("a", "b", "c"):
            await create_bucket(one, name)
        due: list[str] = []

        async def once_at(services: Services) -> None:
            due.extend((await once(services)).due)

        for hours in JUMPS:
            engine.clock.advance(hours * HOUR)
            async with anyio.create_task_group() as tasks:
                for services in (one, other):
                    tasks.start_soon(once_at, services)
        shown = await show_project(one, ADA, "demo")
        asked = [o for o in await all_operations(one) if o.actor.kind is PrincipalKind.SYSTEM]
        assert shown.resources == ()
        assert [entry for entry in await events(one, "project.") if entry != "project.created"] == [
            "project.warned",
            "project.warned",
            "project.archived",
            "project.destroyed",
        ]
        refreshes = [o for o in asked if o.kind.value == "refresh"]
        deletions = [o for o in asked if o.kind.value == "delete"]
        asked = [o for o in asked if o.change_set_id is None]
        assert len({o.idempotency_key for o in asked}) == len(asked) == 3 * 3 + 1
        # Each was carried out by the one engine that had asked for it.
        assert sorted(due) == sorted(o.id for o in asked)
        assert len(refreshes) == 3 * 3
        assert [o.state for o in deletions] == [OperationState.FINISHED] * 3
        assert [verb for verb, *_ in engine.cloud.writes] == ["create"] * 3 + ["delete"] * 3


@pytest.mark.requirement("4.5.timer")
async def test_a_pass_is_made_at_the_start_and_at_each_tick_and_none_in_between() -> None:
    engine, timer = make_services(), HandTimer()
    heard: list[UpkeepReport] = []
    await create_project(engine.services, ADA, "demo", times=Times(ttl="73h"))
    async with kept_up(engine.services, timer.wait, heard.append):
        await timer.reached(1)
        engine.clock.advance(HOUR)
        for _ in range(10):
            await anyio.lowlevel.checkpoint()
        assert [found.warned for found in heard] == [()]
        timer.tick()
        await timer.reached(2)
        timer.tick()
        await timer.reached(3)
    assert [found.warned for found in heard] == [(), ("demo: 72 h",), ()]


@pytest.mark.requirement("4.5.timer")
async def test_a_pass_that_breaks_off_is_logged_without_its_words_and_the_next_is_made(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine, timer = make_services(), HandTimer()
    heard: list[UpkeepReport] = []
    faults: list[Exception] = [ValueError("a secret"), StoreFailed("the disk is full")]

    async def broken(services: Services) -> UpkeepReport:
        if faults:
            raise faults.pop(0)
        return await upkeep(services)

    monkeypatch.setattr("server.scheduler.upkeep", broken)
    async with kept_up(engine.services, timer.wait, heard.append):
        for passes in (1, 2, 3):
            await timer.reached(passes)
            timer.tick()
    assert heard[0] == UpkeepReport()
    assert "upkeep broke off: ValueError" in caplog.text
    assert "upkeep: the disk is full (store_failed)" in caplog.text
    assert "a secret" not in caplog.text


@pytest.mark.requirement("4.5.timer")
async def test_leaving_waits_for_an_effect_that_has_begun_and_for_nothing_else() -> None:
    engine, timer = make_services(), HandTimer()
    services = engine.services
    await create_project(services, ADA, "demo")
    for name in ("a", "b"):
        await create(
            services,
            ADA,
            "demo",
            resource_id=name,
            provider="testing/fake",
            resource_type="fake_bucket",
            config={"name": name},
        )
    engine.clock.advance(60)
    applying, planning, let = anyio.Event(), anyio.Event(), anyio.Event()

    async def slow_plan(job: Job) -> None:
        if job.name == "b":
            planning.set()
            await anyio.sleep_forever()

    async def slow_apply(_job: Job) -> None:
        applying.set()
        await let.wait()

    engine.runner.hooks |= {"plan": slow_plan, "apply": slow_apply}
    left = anyio.Event()

    async def serve() -> None:
        async with kept_up(services, timer.wait, unnoted):
            await applying.wait()
            await planning.wait()
        left.set()

    with anyio.fail_after(BOUND):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(serve)
            await applying.wait()
            await planning.wait()
            for _ in range(20):
                await anyio.lowlevel.checkpoint()
            assert not left.is_set()
            let.set()
            await left.wait()
    states = {o.resource_id: o.state for o in await all_operations(services)}
    assert states == {"a": OperationState.FINISHED, "b": OperationState.FAILED}


@pytest.mark.requirement("4.5.timer")
async def test_what_is_under_way_is_not_begun_again_by_the_next_pass() -> None:
    engine, timer = make_services(), HandTimer()
    services = engine.services
    await create_project(services, ADA, "demo", times=Times(refresh_every="6h"))
    await create_bucket(services, "a")
    engine.clock.advance(6 * HOUR)
    begun: list[str] = []
    let = anyio.Event()

    async def slow(job: Job) -> None:
        begun.append(job.name)
        await let.wait()

    engine.runner.hooks["plan"] = slow
    async with kept_up(services, timer.wait, unnoted):
        for passes in (1, 2, 3):
            await timer.reached(passes)
            timer.tick()
        let.set()
        with anyio.fail_after(BOUND):
            while not all(o.finished_at for o in await all_operations(services)):
                await anyio.lowlevel.checkpoint()
    assert begun == ["a"]
