"""A cloud that goes away and comes back, a provider that dies while it plans, for real: nothing is lost."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import anyio
import anyio.to_thread
import pytest

from engine.core.errors import EngineError
from engine.core.values import JsonObject
from engine.ports.runner import Job
from server.demo.cloud import MockCloud
from tests.contract.runner_benches import Bench, quiet, real_bench
from tests.integration.folder_processes import ended, running_in
from tests.integration.held_cloud import WAIT_SECONDS, HeldCloud, held_cloud

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.requirement("4.6.cloud")]


@pytest.fixture
def bench(moto: MockCloud, tmp_path: Path) -> Bench:
    """Return the real runner on the mock cloud."""
    return real_bench(moto, tmp_path / "work")


def through(held: HeldCloud, moto: MockCloud, job: Job) -> Job:
    """Return the job with a cloud in front of its own."""
    settings: JsonObject = {**moto.provider_settings, "endpoints": [{"ssm": held.url, "sts": moto.url}]}
    return job.model_copy(update={"settings": settings})


@pytest.fixture
def writing(moto: MockCloud) -> Iterator[HeldCloud]:
    """Return a cloud in front that is away for the next calls that write a parameter."""
    with held_cloud(moto.url, "PutParameter") as cloud:
        cloud.release.set()
        yield cloud


@pytest.fixture
def reading(moto: MockCloud) -> Iterator[HeldCloud]:
    """Return a cloud in front that holds its answer to the call that reads a parameter."""
    with held_cloud(moto.url, "GetParameter") as cloud:
        yield cloud


async def test_a_cloud_that_comes_back_in_time_has_made_one_object(
    bench: Bench, writing: HeldCloud, moto: MockCloud
) -> None:
    name = f"it-{uuid4()}"
    writing.away = 2
    with anyio.fail_after(2 * WAIT_SECONDS):
        applied = await bench.apply(through(writing, moto, bench.job("create", bench.config(name))))
    assert (applied.failure, applied.outcome_known, writing.away) == (None, True, 0)
    assert applied.state is not None
    assert (applied.state.object_id, bench.exists(name), bench.left()) == (name, True, [])


async def test_a_provider_that_dies_while_it_plans_changes_nothing_and_the_next_plan_is_made(
    bench: Bench, reading: HeldCloud, moto: MockCloud, tmp_path: Path
) -> None:
    name = f"it-{uuid4()}"
    made = await bench.made(name)
    job = through(reading, moto, bench.job("update", bench.config(name, note="second"), state=made))
    failures: list[EngineError] = []

    async def plan() -> None:
        async with bench.runner.open(job, quiet) as opened:
            try:
                await opened.plan()
            except EngineError as error:
                failures.append(error)

    with anyio.fail_after(2 * WAIT_SECONDS):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(plan)
            assert await anyio.to_thread.run_sync(reading.arrived.wait, WAIT_SECONDS)
            children = running_in(tmp_path / "work" / job.key)
            (provider,) = (p for p, what in children.items() if what.startswith("terraform-provider"))
            os.kill(provider, signal.SIGKILL)
    reading.release.set()
    assert [error.code for error in failures] == ["provider_failed"]
    assert (bench.left(), ended(children, WAIT_SECONDS)) == ([], True)
    applied = await bench.apply(bench.job("update", bench.config(name, note="second"), state=made))
    assert applied.state is not None
    assert (applied.failure, applied.state.attributes["description"]) == (None, "second")
