"""Idempotency keys, and several requests at once: one effect each, and never two on one resource."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from engine.adapters.store.unit_of_work import open_store
from engine.core.auth.principals import Principal
from engine.core.errors import Conflict, InvalidInput
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service.create import create
from engine.service.history import history
from engine.testing.engines import ALLOW
from tests.service.world import ADA, ADAS, BOB, BUCKET, World, new_world, outcome

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory", "sql"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """Return a world on a store of each kind."""
    if request.param == "memory":
        yield await new_world()
    else:
        async with open_store(f"sqlite:///{tmp_path / 'intent.db'}") as store:
            yield await new_world(store)


async def ask(world: World, key: str | None, by: Principal = ADAS, name: str = "logs") -> Operation:
    return await create(
        world.services,
        by,
        "demo",
        resource_id=name,
        provider="testing/fake",
        resource_type="fake_bucket",
        config={**BUCKET, "name": name},
        idempotency_key=key,
    )


@pytest.mark.requirement("2.6.idempotency")
async def test_the_same_key_and_body_return_the_first_operation_whatever_its_state(world: World) -> None:
    first = await ask(world, "k1")
    assert await ask(world, "k1") == first
    done = await world.run(first)
    assert await ask(world, "k1") == done
    assert (await world.run(await ask(world, "k1"))).id == first.id
    assert len(world.engine.cloud.writes) == 1


@pytest.mark.requirement("2.6.idempotency")
async def test_the_same_key_with_another_body_is_a_conflict(world: World) -> None:
    first = await ask(world, "k1")
    with pytest.raises(Conflict) as refused:
        await ask(world, "k1", name="other")
    assert (refused.value.field, refused.value.facts) == ("idempotency_key", {"operation_id": first.id})
    assert len((await history(world.services, ADA, "demo", limit=10)).operations) == 1


async def test_keys_are_everybodys_own_and_none_is_no_key(world: World) -> None:
    asked = [await ask(world, "k1", by) for by in (ADAS, ADA, BOB)]
    asked += [await ask(world, None), await ask(world, None)]
    assert len({operation.id for operation in asked}) == 5


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "schlüssel"])
async def test_a_malformed_key_is_refused(world: World, key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await ask(world, key)
    assert refused.value.field == "idempotency_key"


@pytest.mark.requirement("2.6.idempotency")
async def test_twenty_calls_at_once_with_one_key_make_one_effect(world: World) -> None:
    await world.govern(ALLOW)
    answers: list[Operation] = []

    async def call() -> None:
        answers.append(await world.run(await ask(world, "k1")))

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(call)
    assert len({operation.id for operation in answers}) == 1
    assert len(answers) == 20
    done = await world.stored(answers[0])
    assert (done.state, done.error, done.fencing_token) == (OperationState.FINISHED, None, 1)
    assert world.engine.cloud.writes == [("create", "fake_bucket", "logs")]


async def test_of_two_operations_on_one_resource_the_second_is_refused_and_recorded(world: World) -> None:
    began, go_on = anyio.Event(), anyio.Event()

    async def wait(_job: Job) -> None:
        began.set()
        await go_on.wait()

    first, second = await ask(world, None), await ask(world, None)
    world.engine.runner.hooks["plan"] = wait
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(world.run, first)
            await began.wait()
            refused = await world.run(second)
            # What runs already is left alone and told as it is.
            assert (await world.run(first)).state is OperationState.PLANNING
            go_on.set()
    assert outcome(refused) == ("FAILED", "conflict", "resource_id")
    assert (await world.stored(first)).state is OperationState.FINISHED
    assert len(world.engine.cloud.writes) == 1


async def test_operations_on_different_resources_run_side_by_side(world: World) -> None:
    arrived: list[str] = []
    both = anyio.Event()

    async def meet(job: Job) -> None:
        arrived.append(job.name)
        if len(arrived) == 2:
            both.set()
        await both.wait()

    world.engine.runner.hooks["apply"] = meet
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            for name in ("one", "two"):
                tasks.start_soon(world.run, await ask(world, None, name=name))
    assert await world.living() == ["one", "two"]
