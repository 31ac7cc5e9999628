"""Every way to crash that was measured, for real: what is left of it is found, or honestly in doubt."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final
from uuid import uuid4

import anyio
import pytest

from engine.adapters.tofu import taking
from engine.adapters.tofu.commands import STATE_FILE
from engine.adapters.tofu.fence import LOCK_FILE
from engine.adapters.tofu.orphans import holders
from engine.adapters.tofu.workspace import ERRORED_STATE_FILE, EVENTS_FILE
from engine.core.errors import RunnerFailed
from engine.core.operations.interruption import Source
from engine.ports.runner import Clues, Job
from server.demo.cloud import MockCloud
from tests.contract.runner_benches import Bench, real_bench
from tests.contract.test_runner_recovery_contract import abandon
from tests.integration.folder_processes import ended, running_in
from tests.integration.held_cloud import WAIT_SECONDS, HeldCloud, held_cloud
from tests.integration.test_engine_death import kill_in_the_effect, open_desk
from tests.integration.test_runner_processes import applying

pytestmark = [pytest.mark.integration, pytest.mark.requirement("4.1.recovery-crash-table")]

PAUSED: Final = (sys.executable, "-m", "tests.integration.paused_worker")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return the place of the workspaces."""
    return tmp_path / "work"


@pytest.fixture
def bench(moto: MockCloud, work: Path) -> Bench:
    """Return the real runner on the mock cloud."""
    return real_bench(moto, work)


@pytest.fixture
def held(moto: MockCloud) -> Iterator[HeldCloud]:
    """Return a cloud that holds its answer to the call that writes a parameter."""
    with held_cloud(moto.url, "PutParameter") as cloud:
        yield cloud


async def applied_and_lost(bench: Bench) -> Job:
    """Return a creation that was applied, of which nobody kept the outcome."""
    job = bench.job("create", bench.config(f"it-{uuid4()}"))
    with pytest.raises(ConnectionError):
        await abandon(bench, job, after_apply=True)
    return job


@pytest.mark.anyio
async def test_what_a_full_disk_kept_opentofu_from_saving_is_found_where_it_put_it(
    bench: Bench, work: Path
) -> None:
    job = await applied_and_lost(bench)
    folder = work / job.key
    (folder / STATE_FILE).rename(folder / ERRORED_STATE_FILE)
    (folder / STATE_FILE).touch()
    found = await bench.runner.recover(job, Clues(makes=True))
    assert found.applied is not None
    assert found.applied.state is not None
    assert (found.found_by, found.applied.state.object_id) == (Source.ERRORED_STATE, job.config["name"])
    assert (await bench.runner.recover(job, Clues(makes=True))).found_by is Source.ERRORED_STATE


@pytest.mark.anyio
async def test_an_object_whose_state_vanished_is_found_by_the_event_that_named_it(
    bench: Bench, work: Path
) -> None:
    job = await applied_and_lost(bench)
    (work / job.key / STATE_FILE).unlink()
    found = await bench.runner.recover(job, Clues(makes=True, planned=job.config))
    assert found.applied is not None
    assert found.applied.state is not None
    assert found.found_by is Source.EVENT
    assert found.applied.state.attributes.items() >= job.config.items()


@pytest.mark.anyio
@pytest.mark.requirement("4.1.recovery-natural")
async def test_an_object_of_which_nothing_is_left_is_found_by_its_name_or_by_a_persons_word(
    bench: Bench, work: Path
) -> None:
    job = await applied_and_lost(bench)
    shutil.rmtree(work / job.key)
    name = str(job.config["name"])
    assert (await bench.runner.recover(job, Clues(makes=True))).applied is None
    for source, clues in (
        (Source.NATURAL_ID, Clues(makes=True, planned=job.config, natural_id=name)),
        (Source.PERSON, Clues(makes=True, planned=job.config, person_id=name)),
    ):
        found = await bench.runner.recover(job, clues)
        assert found.applied is not None
        assert found.applied.state is not None
        assert (found.found_by, found.applied.state.object_id) == (source, name)
        assert found.applied.state.attributes.items() >= job.config.items()


async def said(events: Path, word: str) -> None:
    """Wait until OpenTofu has said something."""
    with anyio.fail_after(WAIT_SECONDS):
        while word not in events.read_text("utf-8"):  # noqa: ASYNC110 - a file that grows has no event
            await anyio.sleep(0.02)


@pytest.mark.anyio
@pytest.mark.parametrize("times", [1, 2])
async def test_an_interrupted_opentofu_saves_what_it_made_and_one_interrupted_twice_is_in_doubt(
    bench: Bench, held: HeldCloud, moto: MockCloud, work: Path, times: int
) -> None:
    job = bench.job("create", bench.config(f"it-{uuid4()}"))
    async with applying(bench, held, moto, job, work) as going:
        tofu = going.named("tofu")
        os.kill(tofu, signal.SIGINT)
        await said(going.folder / EVENTS_FILE, "nterrupt")
        if times == 2:
            os.kill(tofu, signal.SIGINT)
        if times == 1:
            held.release.set()
        else:
            assert ended([tofu], WAIT_SECONDS)
    (applied,) = going.applied
    assert bench.exists(str(job.config["name"]))
    assert (applied.state is not None, applied.outcome_known) == ((times == 1), (times == 1))


@pytest.mark.requirement("4.1.recovery-fence")
def test_the_lock_is_held_by_opentofu_and_its_provider_and_what_is_left_of_them_is_ended(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    with open_desk(moto, real_home, tmp_path / "intent.db", "PutParameter") as desk:
        operation_id, left = kill_in_the_effect(desk, *desk.create)
        folder = desk.workspace(operation_id)
        found = holders(folder / LOCK_FILE)
        assert {holder.pid for holder in found} == set(left)
        (tofu,) = (holder.pid for holder in found if holder.leads)
        os.kill(tofu, signal.SIGKILL)
        assert ended([tofu], WAIT_SECONDS)
        assert [holder.pid for holder in holders(folder / LOCK_FILE)] == [p for p in left if p != tofu]
        desk.lapse()
        code, resumed = desk.run("operation", "resume", operation_id)
        # The name of a parameter is its id: it is found, although nothing was saved.
        assert (code, resumed["operation"]["state"]) == (0, "FINISHED")
        assert resumed["interruption"]["found_by"] == "natural_id"
        assert ended(left, WAIT_SECONDS)
        assert desk.exists(moto)


@pytest.mark.anyio
@pytest.mark.requirement("4.1.recovery-fence")
async def test_an_orphan_is_let_be_and_stopped_when_that_is_asked_for(
    bench: Bench, moto: MockCloud, real_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "INTERRUPT_GRACE_SECONDS", 0.5)
    with open_desk(moto, real_home, tmp_path / "intent.db", "PutParameter") as desk:
        operation_id, left = kill_in_the_effect(desk, *desk.create)
        orphaned = real_bench(moto, desk.home / "work")
        job = bench.job("create", bench.config(desk.name)).model_copy(update={"key": operation_id})
        with pytest.raises(RunnerFailed, match="its engine ended before it"):
            await orphaned.runner.recover(job)
        with pytest.raises(RunnerFailed):
            await orphaned.runner.discard(operation_id)
        assert running_in(desk.workspace(operation_id)) == left
        stopped = await orphaned.runner.recover(job, Clues(makes=True, stop=True))
        assert (stopped.applied, ended(left, WAIT_SECONDS)) == (None, True)
        assert desk.exists(moto)


@pytest.mark.requirement("4.security.44", "4.1.recovery-fence")
def test_a_worker_that_is_paused_before_opentofu_starts_and_wakes_up_too_late_applies_nothing(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    with open_desk(moto, real_home, tmp_path / "intent.db", "PutParameter") as desk:
        with desk.start(*desk.create, "--output", "json", prefix=PAUSED) as command:
            with ThreadPoolExecutor(1) as waiting:
                paused = waiting.submit(os.waitid, os.P_PID, command.pid, os.WSTOPPED | os.WNOWAIT)
                assert paused.result(WAIT_SECONDS) is not None
            operation_id, state = desk.last_operation()
            assert state == "APPLYING"
            desk.lapse()
            code, settled = desk.run("operation", "resume", operation_id)
            assert (code, settled["operation"]["state"]) == (1, "FAILED")
            assert settled["interruption"]["found_by"] == "not_begun"
            command.send_signal(signal.SIGCONT)
            answer, _ = command.communicate(timeout=WAIT_SECONDS)
        _, stands = desk.run("operation", "show", operation_id)
        assert (command.returncode, "conflict" in answer) == (5, True)
        assert stands == settled
        assert (desk.exists(moto), desk.workspace(operation_id).exists()) == (False, False)
