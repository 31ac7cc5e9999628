"""The life of a worker: bounds, kills, callers that leave or come in crowds, systems that start none."""

import os
import signal
from collections.abc import AsyncIterator

import anyio
import pytest

from engine.adapters.rego import pool as pool_module
from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.adapters.rego.process import Worker, WorkerLost
from tests.unit.rego_stage import LOOP, PANIC, SOUND, one, open_evaluator, outcome, policy, workers

pytestmark = pytest.mark.anyio


@pytest.fixture
async def evaluator() -> AsyncIterator[RegorusEvaluator]:
    async with open_evaluator() as opened:
        yield opened


async def test_a_worker_that_cannot_end_itself_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.rego.process._GRACE_SECONDS", 0.1)
    worker = await Worker.start()
    (pid,) = workers()
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(WorkerLost) as lost:
        await worker.ask({"do": "load", "key": "k", "source": SOUND, "rego_v0": False}, 0.1)
    assert (lost.value.out_of_time, lost.value.was_killed, workers()) == (True, False, set())


async def test_a_worker_killed_between_two_calls_is_replaced(evaluator: RegorusEvaluator) -> None:
    assert outcome(await one(evaluator, SOUND)) == ("n is 7",)
    for number in (signal.SIGKILL, signal.SIGTERM):
        (pid,) = workers()
        os.kill(pid, number)
        assert outcome(await one(evaluator, SOUND)) == ("n is 7",)
        assert not (await evaluator.check(policy(SOUND))).blocked


async def test_a_cancelled_caller_leaves_no_process_and_a_usable_evaluator(
    evaluator: RegorusEvaluator,
) -> None:
    for delay in (0.0, 0.01, 0.1, 0.3):
        with anyio.move_on_after(delay) as scope:
            await evaluator.evaluate([policy(LOOP)], {"n": 7})
        assert scope.cancelled_caught
        assert workers() == set()
    assert outcome(await one(evaluator, SOUND)) == ("n is 7",)
    assert len(workers()) == 1


async def test_a_caller_that_waits_its_turn_may_leave(evaluator: RegorusEvaluator) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(one, evaluator, LOOP)
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0.05):
            await one(evaluator, SOUND)
    assert outcome(await one(evaluator, SOUND)) == ("n is 7",)


async def test_many_callers_beside_bad_policies_get_their_own_answers(evaluator: RegorusEvaluator) -> None:
    got: dict[int, str | tuple[str, ...]] = {}

    async def call(number: int) -> None:
        source = f"{PANIC}# {number}\n" if number % 5 == 0 else SOUND
        got[number] = outcome(await one(evaluator, source, {"n": number}))

    async with anyio.create_task_group() as group:
        for number in range(1, 21):
            group.start_soon(call, number)
    assert got == {n: "policy_crash" if n % 5 == 0 else (f"n is {n}",) for n in range(1, 21)}


async def test_a_full_worker_is_replaced(
    evaluator: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "POLICY_LOADED_MAX_BYTES", 100)
    seen = set()
    for number in range(6):
        padded = f"{SOUND}# {number}\n"
        assert outcome(await one(evaluator, padded)) == ("n is 7",)
        seen |= workers()
    assert len(workers()) == 1
    assert len(seen) > 1


async def test_the_worker_lives_within_its_bounds_and_a_bare_environment(evaluator: RegorusEvaluator) -> None:
    await one(evaluator, SOUND)
    (pid,) = workers()
    process = anyio.Path(f"/proc/{pid}")
    text = await (process / "limits").read_text()
    limits = {line[:26].strip(): line[26:].split()[:2] for line in text.splitlines()[1:]}
    assert limits["Max address space"] == ["536870912", "536870912"]
    assert limits["Max core file size"] == ["0", "0"]
    assert int(limits["Max cpu time"][0]) < 10
    (size,) = [
        line.split()[1] for line in (await (process / "status").read_text()).splitlines() if "VmPeak" in line
    ]
    assert int(size) < 512 * 1024  # what is reserved before the bound would escape it
    assert await (process / "environ").read_bytes() == b"RUST_BACKTRACE=0\0"
    assert os.getsid(pid) == pid
    assert str(await (process / "cwd").readlink()) == "/"


async def test_a_system_without_processes_is_a_failure_and_no_exception(
    evaluator: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nonexistent/python")
    assert outcome(await one(evaluator, SOUND)) == "policy_crash"
    assert [finding.code for finding in (await evaluator.check(policy(SOUND))).findings] == ["check_crash"]


async def test_a_worker_that_does_not_start_is_a_failure(
    evaluator: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.rego.process._CODE_FOLDER", "/nonexistent")
    monkeypatch.setattr("engine.adapters.rego.process.PROGRAM", "raise SystemExit(3)")
    assert outcome(await one(evaluator, SOUND)) == "policy_crash"
