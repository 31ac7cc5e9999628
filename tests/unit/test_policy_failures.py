"""Each way in which a policy gives no answer, as the reason that a person reads in the denial."""

from collections.abc import AsyncIterator

import pytest
from pydantic import JsonValue

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.core.policy.decision import Outcome, decide
from engine.core.policy.policies import PolicySource, RegoVersion
from tests.unit.rego_stage import LOOP, MEMORY, PANIC, SOUND, open_evaluator, policy

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("3.1.failures")]

ALLOWS = policy('package intent\nallow contains "yes"\n', "allows")


@pytest.fixture
async def evaluator() -> AsyncIterator[RegorusEvaluator]:
    async with open_evaluator(1, 0.3) as opened:
        yield opened


async def denial(evaluator: RegorusEvaluator, judged: PolicySource, given: JsonValue = None) -> str:
    """The one reason of the decision that a policy and one that allows make."""
    answers = await evaluator.evaluate([ALLOWS, judged], given or {"n": 7})
    decision = decide(answers, input_digest="", policy_digest="", engine="")
    assert decision.outcome is Outcome.DENIED
    (reason,) = decision.deny
    return reason


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "package intent\nallow contains 1 if {\n\t1 / (input.n - 7) > 0\n}\n",
            "buckets:3:4: policy_error: divide by zero",
        ),
        (
            "package intent\nallow contains 1 if x\nx := 1 if input.n > 6\nx := 2 if input.n < 8\n",
            "buckets:4:1: policy_error: rule conflicts with the rule in line 3",
        ),
        (LOOP, "buckets: policy_timeout: it did not finish in 0.3 s"),
        (PANIC, "buckets: policy_crash: it broke the engine, or ran out of memory (exit code 1)"),
        (
            'package intent\nallow := {"a"} if input.never\n',
            "buckets: policy_undefined: allow is undefined for this input; write `allow contains …`",
        ),
        (
            "package intent\ndeny := true\n",
            "buckets:2:1: policy_malformed: deny is a boolean, no set; write deny contains … if …",
        ),
    ],
    ids=["error", "conflict", "timeout", "crash", "undefined", "malformed"],
)
async def test_a_failure_denies_and_says_which_policy_where_and_what(
    evaluator: RegorusEvaluator, source: str, reason: str
) -> None:
    assert await denial(evaluator, policy(source, "buckets")) == reason


@pytest.mark.parametrize(
    ("source", "beginning"),
    [
        ("package intent\n\ndeny contains\n", "buckets:4:1: policy_invalid: "),
        ("package intent\n\ndeny contains 1 if http.send({})\n", "buckets:3:20: policy_invalid: "),
        ('package intents\ndeny contains "d"\n', "buckets:1:"),
        ('package intent\ndney contains "d"\n', "buckets:"),
        (MEMORY, "buckets: policy_crash: it ran out of memory (exit code -6)"),
    ],
    ids=["syntax", "forbidden", "package", "rule", "memory"],
)
async def test_what_cannot_be_loaded_denies_with_its_place(
    evaluator: RegorusEvaluator, source: str, beginning: str
) -> None:
    assert (await denial(evaluator, policy(source, "buckets"))).startswith(beginning)


async def test_a_quarantined_policy_denies_with_what_it_did(evaluator: RegorusEvaluator) -> None:
    for _ in range(2):
        await denial(evaluator, policy(PANIC, "buckets"))
    assert (await denial(evaluator, policy(PANIC, "buckets"))).startswith(
        "buckets: policy_quarantined: it broke the engine, or ran out of memory (exit code 1), twice; "
    )


async def test_a_policy_of_the_old_language_fails_alike(evaluator: RegorusEvaluator) -> None:
    source = "package intent\nallow[m] {\n\tm := 1 / (input.n - 7)\n}\n"
    old = policy(source, "old").model_copy(update={"rego_version": RegoVersion.V0})
    assert await denial(evaluator, old) == "old:3:9: policy_error: divide by zero"


async def test_an_input_beyond_its_bound_denies_without_a_worker(
    evaluator: RegorusEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.rego.evaluator.POLICY_REQUEST_MAX_BYTES", 10)
    answers = await evaluator.evaluate([policy(SOUND)], {"n": "x" * 10})
    assert [answer.failure.message for answer in answers if answer.failure] == [
        "the input is larger than 10 bytes"
    ]
