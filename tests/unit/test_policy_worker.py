"""The worker process under policies that loop, eat memory, recurse, panic, print or say too much."""

import time
from collections.abc import AsyncIterator

import pytest

from engine.adapters.rego import process as process_module
from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.adapters.rego.process import Worker
from engine.core.policy.decision import PolicyFailure
from tests.unit.rego_stage import LOOP, MEMORY, PANIC, SOUND, one, open_evaluator, outcome, policy

pytestmark = pytest.mark.anyio


@pytest.fixture
async def evaluator() -> AsyncIterator[RegorusEvaluator]:
    async with open_evaluator() as opened:
        yield opened


@pytest.mark.requirement("2.5.port")
@pytest.mark.parametrize(
    ("source", "code"),
    [
        (LOOP, "policy_timeout"),
        (MEMORY, "policy_crash"),
        (PANIC, "policy_crash"),
    ],
    ids=["loop", "memory", "panic"],
)
async def test_a_policy_that_ends_the_worker_harms_only_itself(
    evaluator: RegorusEvaluator, source: str, code: str
) -> None:
    policies = [policy(SOUND, "a"), policy(source, "b"), policy(SOUND, "c")]
    started = time.monotonic()
    first, second, third = map(outcome, await evaluator.evaluate(policies, {"n": 7}))
    assert time.monotonic() - started < 5
    assert second == code
    assert (first, third) == (("n is 7",), ("n is 7",))


async def test_a_policy_that_ends_the_worker_is_not_tried_again(
    evaluator: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Worker] = []
    start = Worker.start

    async def counted() -> Worker:
        started.append(await start())
        return started[-1]

    monkeypatch.setattr(Worker, "start", counted)
    assert outcome(await one(evaluator, PANIC)) == "policy_crash"
    assert len(started) == 1


async def test_a_loop_ends_at_its_limit(evaluator: RegorusEvaluator) -> None:
    await one(evaluator, SOUND)
    assert (await evaluator.check(policy(LOOP))).findings == ()
    answer = await one(evaluator, LOOP)
    assert outcome(answer) == "policy_timeout"
    assert 0.4e9 < answer.duration_ns < 3e9


async def test_recursion_that_the_checks_do_not_see_is_a_failure(evaluator: RegorusEvaluator) -> None:
    rules = "".join(f"r{n + 1} := [r{n}]\n" for n in range(6_000))
    answer = await one(evaluator, f"package intent\nr0 := []\n{rules}deny contains r6000\n")
    assert outcome(answer) in {"policy_error", "policy_crash", "policy_malformed", "policy_timeout"}
    assert outcome(await one(evaluator, SOUND)) == ("n is 7",)


async def test_a_source_that_breaks_the_parser_is_a_finding(evaluator: RegorusEvaluator) -> None:
    endless = policy("package intent\nallow contains x if x := " + "-" * 100_000 + "1\n")
    findings = (await evaluator.check(endless)).findings
    assert [finding.blocking for finding in findings] == [True]
    assert not (await evaluator.check(policy(SOUND))).blocked


async def test_a_check_that_loops_is_a_finding() -> None:
    rules = "".join(f'deny contains "r{n}" if input.n == {n}\n' for n in range(5_000))
    async with open_evaluator(check_seconds=0.05) as evaluator:
        (finding,) = (await evaluator.check(policy(f"package intent\n{rules}", "large"))).findings
    assert (finding.policy, finding.code, finding.blocking) == ("large", "check_timeout", True)


async def test_the_engine_says_where_a_policy_failed(evaluator: RegorusEvaluator) -> None:
    answer = await one(
        evaluator, 'package intent\nallow contains "a" if {\n\tinput.n / (input.n - 7) > 0\n}\n'
    )
    assert answer.failure == PolicyFailure(code="policy_error", message="divide by zero", line=3, column=10)


async def test_what_the_worker_prints_reaches_nobody(
    evaluator: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    noisy = """
from engine.adapters.rego import worker
quiet = worker.load
def load(source, *, rego_v0, parameters):
    import os
    os.write(1, bytes(8))
    print("{}", flush=True)
    return quiet(source, rego_v0=rego_v0, parameters=parameters)
worker.load = load
worker.main()
"""
    program = process_module.PROGRAM.partition("importlib.import_module")[0]
    monkeypatch.setattr(process_module, "PROGRAM", program + noisy)
    assert outcome(await one(evaluator, SOUND)) == ("n is 7",)


async def test_a_policy_that_prints_is_refused_and_heard_by_nobody(evaluator: RegorusEvaluator) -> None:
    source = 'package intent\nallow contains "a" if {\n\tprint("x")\n}\n'
    assert outcome(await one(evaluator, source)) == "policy_invalid"


async def test_an_answer_beyond_its_bound_is_an_error(evaluator: RegorusEvaluator) -> None:
    source = "package intent\nallow contains input.text\n"
    assert outcome(await one(evaluator, source, {"text": "x" * 1_000_000})) == ("x" * 1_000_000,)
    assert outcome(await one(evaluator, source, {"text": "x" * 1_100_000})) == "policy_error"


async def test_an_input_that_is_not_quite_json_denies(evaluator: RegorusEvaluator) -> None:
    assert outcome(await one(evaluator, SOUND, {"n": float("nan")})) == "policy_error"
    assert outcome(await one(evaluator, SOUND, {"n": 7, "text": "\ud800"})) == "policy_error"


async def test_the_largest_policy_fits_into_the_memory_of_a_worker() -> None:
    rule = 'deny contains "no {0}" if {{ input.n == {0}; startswith(input.t, "x{0}") }}\n'
    rules = "".join(rule.format(number) for number in range(3_400))
    source = f"package intent\n{rules}"
    assert 240_000 < len(source) < 262_144
    async with open_evaluator(seconds=20.0, check_seconds=20.0) as evaluator:
        assert not (await evaluator.check(policy(source))).blocked
        assert outcome(await one(evaluator, source, {"n": -1, "t": ""})) == ()


async def test_a_policy_reads_its_parameters_and_has_an_empty_object_without() -> None:
    source = 'package intent\nallow contains object.get(data.parameters, "word", "none")\n'
    tuned = policy(source, "tuned").model_copy(update={"parameters": {"word": "given"}})
    async with RegorusEvaluator() as evaluator:
        answers = await evaluator.evaluate([policy(source), tuned], {})
    assert [answer.allow for answer in answers] == [("none",), ("given",)]
