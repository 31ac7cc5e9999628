"""Explanations that are cut, and policies that cannot be explained."""

import os
import signal
from collections.abc import AsyncIterator

import pytest

from engine.adapters.rego.why.explainer import RegorusExplainer
from engine.core.limits import EXPLAINED_DEFINITIONS_MAX, EXPLAINED_TEXT_MAX_CHARS
from tests.unit.why_stage import explained, policy

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("3.3.why")]


@pytest.fixture
async def explainer() -> AsyncIterator[RegorusExplainer]:
    async with RegorusExplainer() as explainer:
        yield explainer


async def test_long_values_and_many_are_cut(explainer: RegorusExplainer) -> None:
    body = "deny contains 1 if {\n\tinput.list[_] == input.long\n}\n"
    given = {"list": [1, 2, 3, 4, 5], "long": "x" * 10_000}
    told = (await explained(explainer, body, given)).rules[0].bodies[0]
    assert [(each.expression, each.cut) for each in told.values] == [
        ("input.list[_]", True),
        ("input.long", True),
    ]
    assert told.values[0].values == (1, 2, 3)
    assert len(str(told.values[1].values[0])) == EXPLAINED_TEXT_MAX_CHARS + 1


async def test_of_too_many_definitions_the_rest_is_counted(explainer: RegorusExplainer) -> None:
    many = "".join(f"allow contains {n} if input.n == {n}\n" for n in range(EXPLAINED_DEFINITIONS_MAX))
    explanation = await explained(explainer, f"deny contains 1 if input.a\n{many}", {})
    assert ([rule.rule for rule in explanation.rules], explanation.left_out) == (
        ["deny"],
        EXPLAINED_DEFINITIONS_MAX,
    )


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("deny contains\n", "policy_invalid", "correct the Rego"),
        ("deny contains 1 if input.x == nothing.y\n", "policy_invalid", "nothing"),
        ("deny contains x if { x := numbers.range(1, 100000000)[_]; x < 0 }\n", "policy_crash", "memory"),
        ("deny contains 1 if { count({1 | _r[_]; _r[_]}) == 2 }\n\n_r := numbers.range(1, 90000)\n",
         "policy_timeout", "did not finish in 0.5 s"),
    ],
)  # fmt: skip
async def test_what_cannot_be_explained_is_said_and_the_next_is_explained(
    body: str, code: str, words: str
) -> None:
    async with RegorusExplainer(seconds=0.5) as explainer:
        explanation = await explainer.explain(policy(f"package intent\n{body}"), {})
        assert explanation.failure is not None
        assert (explanation.rules, explanation.helpers, explanation.failure.code) == ((), (), code)
        assert words in explanation.failure.message
        told = (await explained(explainer, "deny contains 1 if input.x\n", {})).rules[0].bodies[0]
    assert told.verdict == "stopped"


async def test_an_input_beyond_its_bound_is_refused(
    explainer: RegorusExplainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.rego.why.explainer.POLICY_REQUEST_MAX_BYTES", 10)
    explanation = await explainer.explain(policy("package intent\ndeny contains 1\n"), {"a": "x" * 10})
    assert explanation.failure is not None
    assert explanation.failure.code == "policy_error"


async def test_a_worker_that_somebody_else_kills_is_replaced(explainer: RegorusExplainer) -> None:
    await explained(explainer, "deny contains 1 if input.x\n", {})
    worker = explainer._worker  # noqa: SLF001  # nothing else names the process to kill
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    assert (await explained(explainer, "deny contains 1\n", {})).rules[0].bodies[0].verdict == "held"
