"""Whose turn it is: who loads or evaluates much does not keep others waiting."""

from collections.abc import Sequence
from itertools import pairwise

import anyio
import pytest

from engine.adapters.rego import batch as batch_module
from engine.adapters.rego.evaluator import RegorusEvaluator
from engine.adapters.rego.process import Worker
from engine.adapters.rego.wire import Message
from engine.core.policy.policies import PolicySource
from tests.unit.rego_stage import open_evaluator, policy

pytestmark = pytest.mark.anyio


def many(count: int) -> Sequence[PolicySource]:
    return [policy(f'package intent\nallow contains "{number}"\n', f"p{number}") for number in range(count)]


async def race(evaluator: RegorusEvaluator, long: Sequence[PolicySource], asked: anyio.Event) -> list[str]:
    """Return who has finished first: many policies, or one that came when they had begun."""
    finished: list[str] = []

    async def run(name: str, policies: Sequence[PolicySource]) -> None:
        answers = await evaluator.evaluate(policies, {"n": 7})
        assert all(answer.failure is None for answer in answers)
        finished.append(name)

    async with anyio.create_task_group() as callers:
        callers.start_soon(run, "long", long)
        await asked.wait()
        callers.start_soon(run, "short", many(1))
    return finished


@pytest.fixture
def verbs(monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], anyio.Event]:
    """What workers are asked to do, and whether one was asked at all."""
    seen: list[str] = []
    asked = anyio.Event()
    send = Worker.send

    async def heralding(
        worker: Worker, request: Message, seconds: float, answers: int = 1, text: str = ""
    ) -> None:
        seen.append(request["do"])
        asked.set()
        await send(worker, request, seconds, answers, text)

    monkeypatch.setattr(Worker, "send", heralding)
    return seen, asked


@pytest.mark.requirement("3.1.pool")
async def test_who_loads_much_does_not_keep_others_waiting(
    monkeypatch: pytest.MonkeyPatch, verbs: tuple[list[str], anyio.Event]
) -> None:
    monkeypatch.setattr(batch_module, "POLICY_TURN_SECONDS", 0.0)
    async with open_evaluator(1) as evaluator:
        assert await race(evaluator, many(20), verbs[1]) == ["short", "long"]
    assert ("load", "load") not in pairwise(verbs[0])


@pytest.mark.requirement("3.1.pool")
async def test_who_evaluates_much_does_not_keep_others_waiting(
    monkeypatch: pytest.MonkeyPatch, verbs: tuple[list[str], anyio.Event]
) -> None:
    slow = [
        policy(
            "package intent\nallow contains 1\n"
            f"deny contains {number} if {{\n\tsome i in numbers.range(1, 200)\n"
            "\tsome j in numbers.range(1, 200)\n\ti * j < 0\n}\n",
            f"p{number}",
        )
        for number in range(6)
    ]
    async with open_evaluator(1, 5.0) as evaluator:
        for each in slow:
            await evaluator.check(each)
        monkeypatch.setattr(batch_module, "POLICY_TURN_SECONDS", 0.002)
        assert await race(evaluator, slow, verbs[1]) == ["short", "long"]
