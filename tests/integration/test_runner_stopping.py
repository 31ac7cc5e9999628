"""An apply that is asked to stop, for real: one interrupt, the call in flight is finished and remembered."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import anyio
import anyio.to_thread
import pytest

from engine.adapters.tofu.workspace import EVENTS_FILE
from engine.ports.runner import Applied, Job
from server.demo.cloud import MockCloud
from tests.contract.runner_benches import Bench, quiet, real_bench
from tests.integration.folder_processes import running_in
from tests.integration.held_cloud import WAIT_SECONDS, HeldCloud, held_cloud

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.requirement("4.1.cancel")]


@pytest.fixture
def bench(moto: MockCloud, tmp_path: Path) -> Bench:
    """Return the real runner on the mock cloud."""
    return real_bench(moto, tmp_path / "work")


@pytest.fixture
def held(moto: MockCloud) -> Iterator[HeldCloud]:
    """Return a cloud that holds its answer to the call that writes a parameter."""
    with held_cloud(moto.url, "PutParameter") as cloud:
        yield cloud


async def stopped(bench: Bench, held: HeldCloud, moto: MockCloud, job: Job, work: Path) -> Applied:
    """Apply a job, ask it to stop while the cloud holds its answer, then let the cloud give it."""
    settings = {**moto.provider_settings, "endpoints": [{"ssm": held.url, "sts": moto.url}]}
    stop = anyio.Event()
    applied: list[Applied] = []
    events = work / job.key / EVENTS_FILE

    async def carry_out() -> None:
        async with bench.runner.open(job.model_copy(update={"settings": settings}), quiet) as opened:
            await opened.plan()
            applied.append(await opened.apply(stop=stop))

    with anyio.fail_after(2 * WAIT_SECONDS):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(carry_out)
            assert await anyio.to_thread.run_sync(held.arrived.wait, WAIT_SECONDS)
            stop.set()
            while "nterrupt" not in events.read_text("utf-8"):  # noqa: ASYNC110 - a file that grows has no event
                await anyio.sleep(0.02)
            held.release.set()
    return applied[0]


async def test_a_creation_in_flight_is_finished_and_remembered(
    bench: Bench, held: HeldCloud, moto: MockCloud, tmp_path: Path
) -> None:
    name = f"it-{uuid4()}"
    job = bench.job("create", bench.config(name))
    applied = await stopped(bench, held, moto, job, tmp_path / "work")
    assert bench.exists(name)
    assert applied.outcome_known
    assert applied.state is not None
    assert (applied.state.object_id, applied.state.tainted, bench.left()) == (name, False, [])
    assert running_in(tmp_path / "work" / job.key) == {}


async def test_an_update_in_flight_is_finished_and_remembered(
    bench: Bench, held: HeldCloud, moto: MockCloud, tmp_path: Path
) -> None:
    name = f"it-{uuid4()}"
    made = await bench.made(name)
    job = bench.job("update", bench.config(name, note="second"), state=made)
    applied = await stopped(bench, held, moto, job, tmp_path / "work")
    assert applied.outcome_known
    assert applied.state is not None
    assert applied.state.attributes["description"] == "second"
    assert bench.left() == []


async def test_one_that_is_stopped_before_it_begins_does_nothing(bench: Bench) -> None:
    name = f"it-{uuid4()}"
    stop = anyio.Event()
    stop.set()
    async with bench.runner.open(bench.job("create", bench.config(name)), quiet) as opened:
        await opened.plan()
        applied = await opened.apply(stop=stop)
    assert (applied.state, applied.stopped, applied.outcome_known) == (None, True, True)
    assert (bench.exists(name), bench.left()) == (False, [])
