"""Use case: run the tests of policies and say whether they are good enough. Needs no project and no store."""

import re

from engine.core.errors import InvalidInput
from engine.core.limits import SUITE_COUNT_MAX, SUITE_PARALLEL_MAX, SUITE_TEST_MAX_SECONDS
from engine.core.policy.suite.results import Demands, Judgement, SuiteReport, judge
from engine.ports.suites import Heard, SuiteRequest, Suites


async def run_tests(
    suites: Suites, request: SuiteRequest, demands: Demands, heard: Heard
) -> tuple[SuiteReport, Judgement]:
    """Run the tests of a suite and judge the run; a threshold asks for coverage.

    Raises:
        InvalidInput: a number is out of its bounds, or the pattern is no regular expression.
        SuiteInvalid: the files cannot be loaded.
    """
    _check(request, demands)
    coverage = request.coverage or demands.threshold is not None
    report = await suites.run(request.model_copy(update={"coverage": coverage}), heard)
    return report, judge(report, demands)


def _check(request: SuiteRequest, demands: Demands) -> None:
    try:
        re.compile(request.pattern)
    except re.error as wrong:
        raise InvalidInput(
            f"the pattern is no regular expression: {wrong}", field="run", hint="for example test_public"
        ) from None
    for field, value, least, most in (
        ("count", request.count, 1, SUITE_COUNT_MAX),
        ("parallel", request.parallel, 0, SUITE_PARALLEL_MAX),
        ("timeout", request.seconds, 0.01, SUITE_TEST_MAX_SECONDS),
        ("threshold", demands.threshold or 0, 0, 100),
    ):
        if not least <= value <= most:
            raise InvalidInput(
                f"{field} is {value:g}", field=field, hint=f"give a number from {least:g} to {most:g}"
            )
