"""Hostile policies through the real evaluator: none allows, none outlives its limit, none leaves a process.

Each file below `hostile/` says in its first line what it tries, and in its second what may come of it: codes
of failures, or `nothing` where it may be answered and must not allow.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import anyio
import pytest
from pydantic import JsonValue

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.core.policy.decision import Outcome, PolicyAnswer, combine
from engine.core.policy.policies import PolicySource
from tests.unit.rego_stage import SOUND, open_evaluator, outcome, policy

pytestmark = pytest.mark.anyio

FILES: Final = sorted((Path(__file__).parent / "hostile").glob("*.rego"))
# Shorter than what a project grants, so that all of them together take seconds.
SECONDS: Final = 0.2
CHECK_SECONDS: Final = 0.5
INPUT: Final[JsonValue] = {
    "n": 7,
    "zero": 0,
    "resource": {
        "resource_id": "logs",
        "resource_type": "aws_s3_bucket",
        "operation": "create",
        "current_state": None,
        "proposed_state": {"bucket": "logs", "acl": "public-read", "tags": {}},
    },
}
_NESTED: Final = "[" * 9 + "]" * 9
# Too large or too dull for a file; each with the failures that may come of it.
GENERATED: Final[dict[str, tuple[str, str]]] = {
    "a source of a megabyte": (f'allow contains "yes"\n# {"x" * 1_000_000}\n', "policy_invalid"),
    "a source of ten megabytes": (f"# {'x' * 10_000_000}\n", "policy_invalid"),
    "a line of a hundred thousand characters": (
        f'deny contains "no"\nallow contains "{"x" * 100_000}" if input.never\n',
        "nothing",
    ),
    "brackets a thousand deep": (f"allow contains {'[' * 1_000}{']' * 1_000}\n", "policy_invalid"),
    "comprehensions inside one another": (f"x := {'[y | y := ' * 30}1{']' * 30}\n", "policy_invalid"),
    "many values of nested brackets": (
        "".join(f"r{n} := {_NESTED}\n" for n in range(2_000)) + "allow contains 1 if r0 == r1\n",
        "nothing policy_invalid policy_timeout policy_crash",
    ),
    "parentheses ten thousand deep": (
        f"allow contains 1 if {'(' * 10_000}false{')' * 10_000}\n",
        "policy_invalid policy_crash policy_timeout",
    ),
    "a hundred thousand minus signs": (
        f"allow contains x if x := {'-' * 100_000}1\n",
        "policy_invalid policy_crash policy_timeout",
    ),
    "a chain of five thousand calls": (
        "f0(x) := x\n"
        + "".join(f"f{n + 1}(x) := f{n}(x)\n" for n in range(5_000))
        + "deny contains f5000(1)\n",
        "nothing policy_crash policy_timeout policy_error policy_invalid",
    ),
    "a chain of five thousand rules": (
        "r0 := []\n" + "".join(f"r{n + 1} := [r{n}]\n" for n in range(5_000)) + "deny contains r5000\n",
        "nothing policy_crash policy_timeout policy_error policy_malformed policy_invalid",
    ),
    "ten thousand rules of one name": (
        "".join(f'allow contains "{n}" if input.n == {-n - 1}\n' for n in range(5_000)),
        "nothing policy_timeout policy_invalid",
    ),
    "a reference of ten thousand steps": (
        f"allow contains 1 if input{'.a' * 10_000}\n",
        "nothing policy_crash policy_timeout policy_invalid policy_error",
    ),
    "a sum of twenty thousand terms": (
        f"allow contains 1 if 0 == {' + '.join(['1'] * 20_000)}\n",
        "nothing policy_crash policy_timeout policy_invalid policy_error",
    ),
    "a number of a hundred thousand digits": (
        f"allow contains 1 if input.n == {'9' * 100_000}\n",
        "nothing policy_crash policy_timeout policy_invalid policy_error",
    ),
}


def corpus() -> dict[str, tuple[str, Sequence[str]]]:
    """Return each hostile source with what may come of it."""
    found: dict[str, tuple[str, Sequence[str]]] = {}
    for file in FILES:
        # Bytes that are no text reach an evaluator as lone surrogates, if at all.
        text = file.read_text("utf-8", errors="surrogateescape")
        says, expected = text.splitlines()[:2]
        assert says.startswith("# ")
        assert says.endswith(".")
        assert expected.startswith("# expect: ")
        found[file.stem] = (text, expected.removeprefix("# expect: ").split())
    for name, (source, may) in GENERATED.items():
        found[name] = (f"package intent\n{source}", may.split())
    return found


CORPUS: Final = corpus()


def hostile(name: str) -> PolicySource:
    return policy(CORPUS[name][0], "hostile")


def children() -> set[int]:
    """The process ids of this process's children, the dead that nobody buried among them."""
    folders = Path("/proc/self/task").glob("*/children")
    return {int(pid) for folder in folders for pid in folder.read_text().split()}


def kept_in_check(name: str, answer: PolicyAnswer) -> bool:
    """Tell whether the policy came to what its file says, and allows nothing."""
    came = answer.failure.code if answer.failure else "nothing"
    return came in CORPUS[name][1] and combine([answer])[0] is not Outcome.ALLOWED


@pytest.mark.requirement("3.6.hostile")
def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 60


@pytest.mark.requirement("3.6.hostile")
async def test_no_hostile_policy_allows_or_harms_its_neighbours_or_the_next() -> None:
    before = children()
    wrong: dict[str, PolicyAnswer] = {}
    async with open_evaluator(1, SECONDS, CHECK_SECONDS) as evaluator:
        for name in CORPUS:
            policies = [policy(SOUND, "a"), hostile(name), policy(SOUND, "z")]
            first, answer, last = await evaluator.evaluate(policies, INPUT)
            (after,) = await evaluator.evaluate([policy(SOUND)], INPUT)
            assert [outcome(sound) for sound in (first, last, after)] == [("n is 7",)] * 3, name
            assert len(children() - before) == 1, name
            if not kept_in_check(name, answer):
                wrong[name] = answer
    assert wrong == {}
    assert children() <= before


@pytest.mark.requirement("3.6.hostile", "3.6.faults")
async def test_all_of_them_at_once_keep_nobody_from_an_answer() -> None:
    before = children()
    wrong: dict[str, PolicyAnswer] = {}

    async def call(evaluator: RegorusEvaluator, name: str) -> None:
        sound, answer = await evaluator.evaluate([policy(SOUND), hostile(name)], INPUT)
        if outcome(sound) != ("n is 7",) or not kept_in_check(name, answer):
            wrong[name] = answer

    async with open_evaluator(2, SECONDS, CHECK_SECONDS) as evaluator:
        async with anyio.create_task_group() as callers:
            for name in CORPUS:
                callers.start_soon(call, evaluator, name)
        (after,) = await evaluator.evaluate([policy(SOUND)], INPUT)
        assert outcome(after) == ("n is 7",)
    assert wrong == {}
    assert children() <= before
