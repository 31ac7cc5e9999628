"""The measured traps of the engine's binding: each is set off here, and the gate does not fall into it."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from pydantic import JsonValue

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.core.policy.decision import PolicyFailure
from tests.unit.rego_stage import LOOP, MEMORY, PANIC, SOUND, one, open_evaluator, outcome, policy, workers

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("3.1.traps")]

FAILS = "package intent\nallow contains 1 if {\n\t1 / (input.n - 7) > 0\n}\n"
_NESTED = "[" * 22 + "]" * 22
_STEPS = "".join(f"r{n + 1} := [r{n}]\n" for n in range(5_000))


@pytest.fixture
async def evaluator() -> AsyncIterator[RegorusEvaluator]:
    async with open_evaluator() as opened:
        yield opened


def test_the_engine_is_never_in_the_process_that_asks() -> None:
    program = """
import sys
sys.path.append(sys.argv[1])
import anyio
from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.core.policy.policies import PolicySource, RegoVersion
async def main():
    policy = PolicySource(id="p", name="p", version=1, rego_version=RegoVersion.V1, source=sys.argv[2])
    async with RegorusEvaluator() as evaluator:
        (answer,) = await evaluator.evaluate([policy], {"n": 7})
        print(answer.allow, "regorus" in sys.modules)
anyio.run(main)
"""
    command = [sys.executable, "-c", program, str(Path(__file__).parents[2]), SOUND]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "('n is 7',) False\n"


async def test_a_loop_in_a_policy_stops_neither_the_asker_nor_others() -> None:
    finished: list[str] = []

    async def ask(evaluator: RegorusEvaluator, name: str, source: str) -> None:
        await one(evaluator, source)
        finished.append(name)

    async with open_evaluator(2) as evaluator, anyio.create_task_group() as callers:
        callers.start_soon(ask, evaluator, "loop", LOOP)
        callers.start_soon(ask, evaluator, "sound", SOUND)
    assert finished == ["sound", "loop"]


async def test_any_thread_may_ask() -> None:
    async def ask() -> str | tuple[str, ...]:
        async with open_evaluator() as evaluator:
            return outcome(await one(evaluator, SOUND))

    assert await ask() == await anyio.to_thread.run_sync(anyio.run, ask) == ("n is 7",)


@pytest.mark.parametrize(
    ("source", "code", "stays"), [(FAILS, "policy_error", True), (PANIC, "policy_crash", False)]
)
async def test_what_an_engine_suffered_ends_with_it(
    evaluator: RegorusEvaluator, source: str, code: str, *, stays: bool
) -> None:
    assert outcome(await one(evaluator, SOUND)) == ("n is 7",)
    before = workers()
    assert outcome(await one(evaluator, source)) == code
    assert outcome(await one(evaluator, SOUND, {"n": 8})) == ("n is 8",)
    assert (workers() == before) is stays
    if stays:  # the same policy, too, on the same worker, is right where it can be
        assert outcome(await one(evaluator, source, {"n": 8})) == ("1",)


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        (LOOP, {"policy_timeout"}),
        (MEMORY, {"policy_crash"}),
        ('package intent\nallow contains 1 if net.cidr_expand("10.0.0.0/8")\n', None),
        (f"package intent\nallow contains {_NESTED}\n", {"policy_invalid"}),
        (f"package intent\nr0 := []\n{_STEPS}allow contains r5000\n", None),
        (
            "package intent\nallow contains 1 if f(5000)\nf(n) if n == 0\nf(n) if f(n - 1)\n",
            {"policy_invalid"},
        ),
    ],
    ids=["comprehension", "range", "expansion", "nesting", "depth", "recursion"],
)
async def test_what_would_hang_or_end_a_process_is_a_failure(
    evaluator: RegorusEvaluator, source: str, codes: set[str] | None
) -> None:
    answer = await one(evaluator, source)
    assert answer.failure is not None
    # Which bound it meets first depends on the machine where no codes are named.
    assert codes is None or answer.failure.code in codes
    assert outcome(await one(evaluator, SOUND)) == ("n is 7",)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("allow := input.nothing", "policy_malformed"),
        ("allow := input.text", "policy_malformed"),
        ('allow := {"a"} if input.never', "policy_undefined"),
        ("allow := set()", ()),
        ('allow contains "a"\nsample if input.never', ("a",)),
        ('alow contains "a"', "policy_undefined"),
    ],
)
async def test_no_value_and_null_and_nothing_are_told_apart(
    evaluator: RegorusEvaluator, rule: str, said: str | tuple[str, ...]
) -> None:
    # The text is what the engine itself gives for no value.
    given: JsonValue = {"nothing": None, "text": "<undefined>"}
    assert outcome(await one(evaluator, f"package intent\n{rule}\n", given)) == said


async def test_sets_of_objects_and_of_sets_arrive_whole(evaluator: RegorusEvaluator) -> None:
    source = 'package intent\nallow contains {"msg": "a", "b": {1, 2}}\nallow contains {{"c"}, {"d"}}\n'
    assert outcome(await one(evaluator, source)) == ('[["c"],["d"]]', "a")


@pytest.mark.parametrize("number", [2**53 + 1, 2**63 - 1])
async def test_whole_numbers_keep_every_digit(evaluator: RegorusEvaluator, number: int) -> None:
    source = f"package intent\nallow contains input.n\nallow contains input.n == {number}\n"
    assert set(outcome(await one(evaluator, source, {"n": number}))) == {str(number), "true"}
    assert "false" in outcome(await one(evaluator, source, {"n": number - 1}))


async def test_a_new_version_on_the_same_worker_replaces_the_old_one(evaluator: RegorusEvaluator) -> None:
    for version in ("first", "second", "first"):
        assert outcome(await one(evaluator, f'package intent\nallow contains "{version}"\n')) == (version,)
    assert len(workers()) == 1


async def test_a_line_may_be_long(evaluator: RegorusEvaluator) -> None:
    text = "x" * 5_000
    assert outcome(await one(evaluator, f'package intent\nallow contains "{text}"\n')) == (text,)


async def test_a_first_error_has_no_backtrace(
    evaluator: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUST_BACKTRACE", "1")
    answer = await one(evaluator, FAILS)
    assert answer.failure == PolicyFailure(code="policy_error", message="divide by zero", line=3, column=4)
    (pid,) = workers()
    assert b"RUST_BACKTRACE=0" in await anyio.Path(f"/proc/{pid}/environ").read_bytes()
    assert os.environ["RUST_BACKTRACE"] == "1"


@pytest.mark.requirement("3.6.faults")
@pytest.mark.parametrize(
    "given", [{"n": float("nan")}, {"n": float("inf")}, {"n": 7, "text": "\ud800"}, {"n": 7, "\udfff": 1}]
)
async def test_an_input_that_is_no_json_denies(evaluator: RegorusEvaluator, given: JsonValue) -> None:
    assert outcome(await one(evaluator, SOUND, given)) == "policy_error"
    assert outcome(await one(evaluator, SOUND)) == ("n is 7",)


@pytest.mark.requirement("3.6.faults")
async def test_a_system_that_refuses_to_fork_denies_and_heals(
    evaluator: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as refused:
        refused.setattr("engine.adapters.rego.process.subprocess.Popen", refuse)
        answers = await evaluator.evaluate([policy(SOUND), policy(SOUND)], {"n": 7})
        assert [outcome(answer) for answer in answers] == ["policy_crash"] * 2
        assert {answer.failure.message for answer in answers if answer.failure} == {
            "the system starts no process to evaluate it in"
        }
        (finding,) = (await evaluator.check(policy(SOUND))).findings
        assert (finding.code, finding.blocking) == ("check_crash", True)
    assert outcome(await one(evaluator, SOUND)) == ("n is 7",)
