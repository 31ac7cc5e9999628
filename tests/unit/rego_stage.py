"""What the tests of the Rego worker share: policies that misbehave, and a view of the worker processes."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.adapters.rego.library import load
from engine.core.policy.decision import PolicyAnswer
from engine.core.policy.policies import PolicySource, RegoVersion

LOOP: Final = """package intent
deny contains "never" if {
    some i in numbers.range(1, 100000)
    some j in numbers.range(1, 100000)
    i * j == -1
}
"""
MEMORY: Final = 'package intent\nallow contains "a" if count(numbers.range(1, 1000000000)) > 0\n'
PANIC: Final = 'package intent\nallow contains "a" if object.subset([1], [])\n'
SOUND: Final = 'package intent\nallow contains sprintf("n is %d", [input.n])\n'


def policy(source: str, name: str = "p") -> PolicySource:
    return PolicySource(id=name, name=name, version=1, rego_version=RegoVersion.V1, source=source)


def outcome(answer: PolicyAnswer) -> str | tuple[str, ...]:
    return answer.failure.code if answer.failure else answer.allow


def workers() -> set[int]:
    """The process ids of this process's live children that are workers."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(status[1]) == os.getpid() and status[0] != "Z" and b"engine.adapters.rego.bounds" in command:
            found.add(int(folder.name))
    return found


async def one(evaluator: RegorusEvaluator, source: str, policy_input: JsonValue = None) -> PolicyAnswer:
    (answer,) = await evaluator.evaluate([policy(source)], policy_input or {"n": 7})
    return answer


@asynccontextmanager
async def open_evaluator(
    workers_max: int = 1, seconds: float = 0.5, check_seconds: float = 2.0
) -> AsyncIterator[RegorusEvaluator]:
    """An evaluator that must leave no worker behind."""
    before = workers()
    async with RegorusEvaluator(workers_max, seconds, check_seconds) as opened:
        yield opened
    assert workers() <= before


def flaws(source: str, *, rego_v0: bool = False) -> list[tuple[int, int, str, str]]:
    """What is found in a source, but for warnings about an input that only the test knows."""
    found = load(source, rego_v0=rego_v0).flaws
    return [flaw[:4] for flaw in found if flaw.code != "unknown_input"]


def body(*lines: str) -> str:
    """A policy with these lines in a rule's body, from line 4 on."""
    return "\n".join(
        ["package intent", "", "deny contains message if {", *lines, '\tmessage := "no"', "}", ""]
    )
