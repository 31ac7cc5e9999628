"""Running the tests of policies, once and on each change, with a scripted runner."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.core.errors import InvalidInput, SuiteInvalid
from engine.core.policy.suite.results import CaseOutcome, CaseResult, Demands, SuiteReport, Verdict
from engine.ports.suites import SuiteRequest
from engine.service.policies.run_tests import run_tests
from engine.service.policies.watch_tests import watch_tests
from engine.testing.suites import ScriptedSuites

pytestmark = pytest.mark.anyio


def report(outcome: CaseOutcome) -> SuiteReport:
    result = CaseResult(package="data.p", name="test_a", outcome=outcome, duration_ns=1, file="f", line=1)
    return SuiteReport(results=(result,))


def request(**wanted: Any) -> SuiteRequest:
    return SuiteRequest(paths=(Path("policies"),), **wanted)


PASSED, FAILED = report(CaseOutcome.PASS), report(CaseOutcome.FAIL)


@pytest.mark.requirement("3.4.coverage")
@pytest.mark.parametrize(
    ("threshold", "coverage", "asked"), [(None, False, False), (None, True, True), (0.0, False, True)]
)
async def test_a_threshold_asks_for_coverage(
    threshold: float | None,
    coverage: bool,  # noqa: FBT001 - test data
    asked: bool,  # noqa: FBT001 - test data
) -> None:
    suites, heard = ScriptedSuites([PASSED]), []
    demands = Demands(threshold=threshold)
    found, judgement = await run_tests(
        suites, request(coverage=coverage), demands, lambda done, total: heard.append((done, total))
    )
    assert (found, judgement.verdict, heard) == (PASSED, Verdict.PASSED, [(1, 1)])
    assert suites.asked == [request(coverage=asked)]


@pytest.mark.parametrize(
    ("wanted", "threshold", "field"),
    [
        ({"count": 0}, None, "count"),
        ({"parallel": -1}, None, "parallel"),
        ({"parallel": 65}, None, "parallel"),
        ({"seconds": 0.0}, None, "timeout"),
        ({"pattern": "("}, None, "run"),
        ({}, 100.5, "threshold"),
    ],
)
async def test_what_is_out_of_bounds_is_refused_before_anything_runs(
    wanted: dict[str, Any], threshold: float | None, field: str
) -> None:
    suites = ScriptedSuites([PASSED])
    with pytest.raises(InvalidInput) as caught:
        await run_tests(suites, request(**wanted), Demands(threshold=threshold), lambda _d, _t: None)
    assert (caught.value.field, suites.asked) == (field, [])
    assert caught.value.hint


@pytest.mark.requirement("3.4.watch")
async def test_watching_runs_at_once_and_again_only_where_something_changed_whatever_came_before() -> None:
    broken, gone = SuiteInvalid("a.rego:1:1: syntax"), SuiteInvalid("policies does not exist")
    suites = ScriptedSuites(
        [PASSED, broken, FAILED, PASSED], ["one", "one", "two", "two", gone, gone, "three", "two"]
    )

    async def ticks() -> AsyncIterator[None]:
        for _ in range(8):
            yield

    came = [seen async for seen in watch_tests(suites, request(), Demands(), ticks())]
    assert [seen if isinstance(seen, SuiteInvalid) else (seen[0], seen[1].verdict) for seen in came] == [
        (PASSED, Verdict.PASSED),
        broken,
        gone,
        (FAILED, Verdict.FAILED),
        (PASSED, Verdict.PASSED),
    ]
