"""The pool of workers: how many, who gets which, and what becomes of lost ones."""

import os
import signal
from collections.abc import AsyncIterator, Sequence

import anyio
import pytest

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.adapters.rego.pool import Pool
from engine.adapters.rego.process import Worker
from engine.adapters.rego.wire import Message
from engine.core.policy.policies import PolicySource
from tests.unit.rego_stage import LOOP, PANIC, SOUND, one, open_evaluator, outcome, policy, workers

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pair() -> AsyncIterator[RegorusEvaluator]:
    """An evaluator with two workers at most."""
    async with open_evaluator(2) as opened:
        yield opened


class Requests:
    """What is asked of which worker, in its order; may hold the first until another worker is asked too."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, str]] = []
        self.hold = True
        self._both = anyio.Event()

    async def see(self, worker: Worker, verb: str) -> None:
        """Take note of a request before it is sent."""
        self.seen.append((worker.pid, verb))
        if len(self.pids()) > 1:
            self._both.set()
        if self.hold:
            with anyio.fail_after(10):
                await self._both.wait()

    def pids(self) -> set[int]:
        """Return the workers that were asked."""
        return {pid for pid, _ in self.seen}


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Requests:
    requests = Requests()
    send = Worker.send

    async def seeing(
        worker: Worker, request: Message, seconds: float, answers: int = 1, text: str = ""
    ) -> None:
        await requests.see(worker, request["do"])
        await send(worker, request, seconds, answers, text)

    monkeypatch.setattr(Worker, "send", seeing)
    return requests


def many(count: int) -> Sequence[PolicySource]:
    return [
        policy(f'package intent\nallow contains sprintf("{number} of %d", [input.n])\n', f"p{number}")
        for number in range(count)
    ]


@pytest.mark.requirement("3.1.pool")
async def test_workers_start_when_they_are_needed_and_never_too_many(
    pair: RegorusEvaluator, requests: Requests
) -> None:
    requests.hold = False
    assert workers() == set()
    for _ in range(3):
        await one(pair, SOUND)
    assert requests.pids() == workers()
    assert len(workers()) == 1
    requests.hold = True
    async with anyio.create_task_group() as callers:
        for _ in range(10):
            callers.start_soon(one, pair, SOUND)
    assert requests.pids() == workers()
    assert len(workers()) == 2


@pytest.mark.requirement("3.1.pool")
async def test_the_worker_that_has_loaded_a_policy_is_preferred(
    pair: RegorusEvaluator, requests: Requests
) -> None:
    async with anyio.create_task_group() as callers:
        for source in (SOUND, f"{SOUND}# other\n"):
            callers.start_soon(one, pair, source)
    requests.seen.clear()
    for _ in range(3):
        await one(pair, SOUND)
        await one(pair, f"{SOUND}# other\n")
    assert [verb for _, verb in requests.seen] == ["evaluate"] * 6
    assert len(requests.pids()) == 2


@pytest.mark.requirement("3.1.pool")
async def test_many_policies_go_to_several_workers_and_answer_in_order(
    pair: RegorusEvaluator, requests: Requests
) -> None:
    answers = await pair.evaluate(many(70), {"n": 7})
    assert [outcome(answer) for answer in answers] == [(f"{number} of 7",) for number in range(70)]
    assert len(requests.pids()) == 2
    requests.hold = False
    requests.seen.clear()
    await pair.evaluate(many(20), {"n": 7})
    assert len(requests.pids()) == 1


@pytest.mark.requirement("3.1.pool", "3.6.faults")
async def test_a_hundred_evaluations_at_once_sound_and_hostile(pair: RegorusEvaluator) -> None:
    got: dict[int, Sequence[str | tuple[str, ...]]] = {}

    async def call(number: int) -> None:
        hostile = {0: LOOP, 1: PANIC}.get(number % 10, SOUND)
        policies = [policy(SOUND, "a"), policy(hostile, "h"), policy(SOUND, "z")]
        got[number] = [outcome(answer) for answer in await pair.evaluate(policies, {"n": number})]

    async with anyio.create_task_group() as callers:
        for number in range(100):
            callers.start_soon(call, number)
    for number, (first, middle, last) in got.items():
        assert first == last == (f"n is {number}",)
        if number % 10 > 1:
            assert middle == first
    assert len(got) == 100
    panics = [got[number][1] for number in range(1, 100, 10)]
    # The second and the third may end their workers at the same moment.
    assert 2 <= panics.count("policy_crash") <= 3
    assert panics.count("policy_crash") + panics.count("policy_quarantined") == 10
    # A time-out counts where the machine was not too busy.
    assert {str(got[number][1]) for number in range(0, 100, 10)} <= {"policy_timeout", "policy_quarantined"}
    assert len(workers()) <= 2
    assert outcome(await one(pair, SOUND)) == ("n is 7",)


@pytest.mark.requirement("3.6.faults")
@pytest.mark.parametrize("verb", ["load", "evaluate"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_a_worker_killed_while_it_works_costs_no_answer(
    pair: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch, verb: str, number: int
) -> None:
    killed: list[int] = []
    send = Worker.send

    async def killing(
        worker: Worker, request: Message, seconds: float, answers: int = 1, text: str = ""
    ) -> None:
        chosen = request["do"] == verb and not killed
        if chosen:
            os.kill(worker.pid, signal.SIGSTOP)  # so that it cannot answer before it is killed
        await send(worker, request, seconds, answers, text)
        if chosen:
            killed.append(worker.pid)
            os.kill(worker.pid, number)
            os.kill(worker.pid, signal.SIGCONT)

    monkeypatch.setattr(Worker, "send", killing)
    answers = await pair.evaluate(many(3), {"n": 7})
    assert [outcome(answer) for answer in answers] == [("0 of 7",), ("1 of 7",), ("2 of 7",)]
    assert len(killed) == 1
    assert not workers() & set(killed)


async def test_a_worker_whose_caller_left_before_its_answer_is_not_lent_again() -> None:
    pool = Pool(1)
    async with pool.seat([]) as seat:
        left = seat.worker.pid
        await seat.worker.send({"do": "load", "key": "k", "source": "", "rego_v0": False}, 1.0)
        with pytest.raises(ValueError, match="owes"):
            await seat.worker.send({"do": "load"}, 1.0)
    assert workers() == set()
    async with pool.seat([]) as seat:
        assert seat.worker.pid != left
    await pool.aclose()
    assert workers() == set()


async def test_closing_waits_for_who_evaluates_and_serves_whoever_comes_later(pair: RegorusEvaluator) -> None:
    got: list[str | tuple[str, ...]] = []

    async def call() -> None:
        got.append(outcome(await one(pair, SOUND)))

    async with anyio.create_task_group() as callers:
        for _ in range(5):
            callers.start_soon(call)
        await anyio.wait_all_tasks_blocked()
        callers.start_soon(pair.aclose)
        callers.start_soon(pair.aclose)
    assert got == [("n is 7",)] * 5
    assert workers() == set()
    assert outcome(await one(pair, SOUND)) == ("n is 7",)


async def test_closing_leaves_no_process_behind_when_the_program_is_told_to_end() -> None:
    with anyio.CancelScope() as scope:
        async with open_evaluator(2) as evaluator:
            await one(evaluator, SOUND)
            scope.cancel()
            await anyio.sleep_forever()
    assert workers() == set()
