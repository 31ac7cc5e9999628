"""Two hundred requests at once: each asked for once is carried out once, and one resource has one worker."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from engine.adapters.store.unit_of_work import open_store
from engine.core.operations.operation import Operation
from engine.service.create import create
from engine.service.history import history
from engine.service.run import run
from engine.service.services import Services
from engine.service.verify_audit import verify_audit
from engine.testing.engines import ALLOW
from tests.service.world import ADA, ADAS, World, new_world, outcome

pytestmark = pytest.mark.anyio

CROWD, KEYS = 200, 20


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[tuple[World, Services]]:
    """Give a world, and the services of a second engine on the same database and the same cloud."""
    if kind == "memory":
        world = await new_world()
        yield world, replace(world.services, worker="there:2:2")
        return
    url = f"sqlite:///{folder / 'intent.db'}"
    async with open_store(url) as first, open_store(url) as second:
        world = await new_world(first)
        yield world, replace(world.services, store=second, worker="there:2:2")


@pytest.fixture(params=["memory", "two engines on one file"])
async def engines(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[World, Services]]:
    async with opened(request.param, tmp_path) as found:
        yield found


async def crowd(engines: tuple[World, Services], *, names: int, keyed: bool) -> list[Operation]:
    """Return what 200 calls at once came to, every second one made to the second engine."""
    world, second = engines
    answers: list[Operation] = []

    async def call(number: int) -> None:
        services = (world.services, second)[number % 2]
        name = f"n{number % names}"
        asked = await create(
            services,
            ADAS,
            "demo",
            resource_id=name,
            provider="testing/fake",
            resource_type="fake_bucket",
            config={"name": name},
            idempotency_key=name if keyed else None,
        )
        answers.append(await run(services, asked.id, _silence))

    with anyio.fail_after(120):
        async with anyio.create_task_group() as tasks:
            for number in range(CROWD):
                tasks.start_soon(call, number)
    return answers


async def _silence(_text: str) -> None: ...


@pytest.mark.requirement("4.7.idempotent-200", "4.security.36")
async def test_two_hundred_creates_with_twenty_keys_make_twenty_resources(
    engines: tuple[World, Services],
) -> None:
    world, _ = engines
    await world.govern(ALLOW)
    answers = await crowd(engines, names=KEYS, keyed=True)
    assert (len(answers), len({each.id for each in answers})) == (CROWD, KEYS)
    names = sorted(f"n{number}" for number in range(KEYS))
    assert (sorted(await world.living()), sorted(name for *_, name in world.engine.cloud.writes)) == (
        names,
        names,
    )
    recorded = (await history(world.services, ADA, "demo", limit=CROWD)).operations
    assert [line.state for line in recorded] == ["FINISHED"] * KEYS
    for answer in answers:
        done = await world.stored(answer)
        assert (done.fencing_token, done.lease, done.error) == (1, "", None)
    assert await verify_audit(world.services, ADA)


@pytest.mark.requirement("4.2.one-at-a-time")
async def test_of_two_hundred_requests_for_one_resource_one_runs_and_the_others_say_why_not(
    engines: tuple[World, Services],
) -> None:
    world, _ = engines
    answers = await crowd(engines, names=1, keyed=False)
    assert len({each.id for each in answers}) == CROWD
    assert world.engine.cloud.writes == [("create", "fake_bucket", "n0")]
    ends = Counter([outcome(await world.stored(each)) for each in answers])
    assert ends == {("FINISHED", "", None): 1, ("FAILED", "conflict", "resource_id"): CROWD - 1}
    asked = {each.id for each in answers}
    for each in answers:
        error = (await world.stored(each)).error
        # Either another one was at work, and is named, or the resource was there already.
        assert error is None or (error.hint and error.facts.get("operation_id", each.id) in asked)
