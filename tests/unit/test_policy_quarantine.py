"""A policy that ends workers twice reaches none again; others, and another version of it, go on."""

import os
import signal
from collections.abc import AsyncIterator

import pytest

from engine.adapters.rego import quarantine as quarantine_module
from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.adapters.rego.process import Worker, WorkerLost
from engine.adapters.rego.quarantine import Quarantine
from engine.adapters.rego.wire import Message
from engine.core.policy.decision import Outcome, decide
from tests.unit.rego_stage import LOOP, PANIC, SOUND, one, open_evaluator, outcome, policy, workers

pytestmark = pytest.mark.anyio


@pytest.fixture
async def evaluator() -> AsyncIterator[RegorusEvaluator]:
    async with open_evaluator() as opened:
        yield opened


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that reach a worker, in their order."""
    seen: list[str] = []
    send = Worker.send

    async def seeing(
        worker: Worker, request: Message, seconds: float, answers: int = 1, text: str = ""
    ) -> None:
        if request["do"] == "load":
            seen.append(request["source"])
        await send(worker, request, seconds, answers, text)

    monkeypatch.setattr(Worker, "send", seeing)
    return seen


@pytest.mark.requirement("3.1.quarantine")
async def test_a_policy_that_ends_workers_twice_reaches_none_again(
    evaluator: RegorusEvaluator, loads: list[str]
) -> None:
    codes = [outcome(await one(evaluator, PANIC)) for _ in range(4)]
    assert codes == ["policy_crash", "policy_crash", "policy_quarantined", "policy_quarantined"]
    assert loads == [PANIC, PANIC]


@pytest.mark.requirement("3.1.quarantine")
async def test_the_quarantine_says_what_the_policy_did_twice_and_denies(evaluator: RegorusEvaluator) -> None:
    for _ in range(2):
        await one(evaluator, PANIC)
    answer = await one(evaluator, PANIC)
    decision = decide([answer], input_digest="", policy_digest="", engine="")
    assert decision.outcome is Outcome.DENIED
    (denial,) = decision.deny
    assert denial == (
        "p: policy_quarantined: it broke the engine, or ran out of memory (exit code 1), twice; "
        "it is not evaluated again on inputs of 3 bytes or more until it changes or the engine restarts"
    )


@pytest.mark.requirement("3.1.quarantine")
async def test_huge_inputs_that_nobody_could_judge_stop_no_others(
    evaluator: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost_workers_used(1.0, monkeypatch)
    slow = "package intent\nallow contains 1 if { some a in input.n; some b in input.n; a + b < 0 }\n"
    codes = []
    for _ in range(3):
        (answer,) = await evaluator.evaluate([policy(slow)], {"n": list(range(20_000))})
        codes.append(outcome(answer))
    assert codes == ["policy_timeout", "policy_timeout", "policy_quarantined"]
    (small,) = await evaluator.evaluate([policy(slow)], {"n": [-1]})
    assert outcome(small) == ("1",)


@pytest.mark.requirement("3.1.quarantine")
async def test_others_and_a_changed_version_are_free(evaluator: RegorusEvaluator) -> None:
    for _ in range(3):
        await one(evaluator, PANIC)
    policies = [policy(SOUND, "a"), policy(PANIC, "p"), policy(SOUND, "p")]
    answers = await evaluator.evaluate(policies, {"n": 7})
    assert [outcome(answer) for answer in answers] == [("n is 7",), "policy_quarantined", ("n is 7",)]
    parametrised = policy(PANIC).model_copy(update={"parameters": {"other": True}})
    (answer,) = await evaluator.evaluate([parametrised], {"n": 7})
    assert outcome(answer) == "policy_crash"


async def test_a_check_ends_in_quarantine_too_and_finds_it(evaluator: RegorusEvaluator) -> None:
    crashing = policy("package intent\nallow contains x if x := " + "-" * 100_000 + "1\n")
    codes = [finding.code for _ in range(3) for finding in (await evaluator.check(crashing)).findings]
    assert codes == ["check_crash", "check_crash", "check_quarantined"]
    assert outcome(await one(evaluator, crashing.source)) == "policy_quarantined"


@pytest.mark.requirement("3.1.quarantine")
async def test_a_worker_killed_from_outside_is_nobodys_fault(
    evaluator: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Worker.send

    async def killing(
        worker: Worker, request: Message, seconds: float, answers: int = 1, text: str = ""
    ) -> None:
        if request["do"] == "evaluate":
            os.kill(worker.pid, signal.SIGSTOP)  # so that it cannot answer before it is killed
        await send(worker, request, seconds, answers, text)
        if request["do"] == "evaluate":
            os.kill(worker.pid, signal.SIGKILL)

    monkeypatch.setattr(Worker, "send", killing)
    for _ in range(3):
        answer = await one(evaluator, SOUND)
        assert answer.failure is not None
        assert answer.failure.code == "policy_crash"
        assert "killed from outside" in answer.failure.message
    monkeypatch.setattr(Worker, "send", send)
    assert outcome(await one(evaluator, SOUND)) == ("n is 7",)


@pytest.mark.requirement("3.1.quarantine")
@pytest.mark.parametrize(("used", "code"), [(0.4, "policy_quarantined"), (0.1, "policy_timeout")])
async def test_a_time_out_counts_when_the_policy_had_the_processor(
    evaluator: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch, used: float, code: str
) -> None:
    lost_workers_used(used, monkeypatch)
    assert [outcome(await one(evaluator, LOOP)) for _ in range(2)] == ["policy_timeout"] * 2
    assert outcome(await one(evaluator, LOOP)) == code


async def test_what_a_lost_worker_had_of_the_processor_is_known() -> None:
    worker = await Worker.start()
    assert await worker.ask({"do": "load", "key": "k", **loaded(LOOP)}, 5.0)
    await worker.send({"do": "evaluate", "keys": ["k"], "turn_seconds": 1.0}, 0.5, text="{}")
    with pytest.raises(WorkerLost) as lost:
        await worker.receive()
    assert (lost.value.out_of_time, lost.value.limit_seconds) == (True, 0.5)
    assert lost.value.exit_code == -signal.SIGALRM  # it ended itself, on time: our kill comes seconds later
    assert 0.0 < lost.value.processor_seconds < 1.0
    assert workers() == set()


def lost_workers_used(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every worker that is lost have used as much of the processor, however busy the machine is."""
    receive = Worker.receive

    async def measured(worker: Worker) -> Message:
        try:
            return await receive(worker)
        except WorkerLost as lost:
            lost.processor_seconds = seconds
            raise

    monkeypatch.setattr(Worker, "receive", measured)


def loaded(source: str) -> Message:
    return {"source": source, "rego_v0": False, "parameters": "{}"}


def test_two_deeds_of_one_kind_are_told_once() -> None:
    quarantine = Quarantine()
    for deed in ("it looped", "it looped"):
        assert quarantine.reason("a") is None
        quarantine.strike("a", deed)
    for deed in ("it looped", "it crashed", "it never counts again"):
        quarantine.strike("b", deed)
    assert quarantine.reason("a") == (
        "it looped, twice; it is not evaluated again until it changes or the engine restarts"
    )
    assert quarantine.reason("b") == (
        "it looped, then it crashed; it is not evaluated again until it changes or the engine restarts"
    )


def test_the_two_smallest_inputs_say_from_where_on_a_policy_is_not_tried() -> None:
    quarantine = Quarantine()
    for size in (1_000, 4_000, 2_000, 3_000):
        quarantine.strike("a", "it looped", size)
    assert [quarantine.reason("a", size) is None for size in (999, 1_000, 9_000)] == [True, False, False]
    quarantine.strike("a", "it crashed", 10)
    assert quarantine.reason("a", 499) is None
    assert quarantine.reason("a", 500) == (
        "it looped, then it crashed; it is not evaluated again on inputs of 500 bytes or more "
        "until it changes or the engine restarts"
    )


def test_the_oldest_notes_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine_module, "POLICY_QUARANTINE_MAX", 2)
    quarantine = Quarantine()
    for digest in ("a", "a", "b", "b", "c", "c"):
        quarantine.strike(digest, "it looped")
    assert [quarantine.reason(digest) is None for digest in "abc"] == [True, False, False]
