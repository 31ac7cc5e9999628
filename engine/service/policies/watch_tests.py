"""Use case: run the tests of policies again whenever a file changes."""

from collections.abc import AsyncIterator

from engine.core.errors import SuiteInvalid
from engine.core.policy.suite.results import Demands, Judgement, SuiteReport
from engine.ports.suites import SuiteRequest, Suites
from engine.service.policies.run_tests import run_tests


async def watch_tests(
    suites: Suites, request: SuiteRequest, demands: Demands, ticks: AsyncIterator[None]
) -> AsyncIterator[tuple[SuiteReport, Judgement] | SuiteInvalid]:
    """Run at the first tick and at each that finds a file changed; yield what came of it, or why nothing did.

    Ends with the ticks.

    Raises:
        InvalidInput: as `run_tests`.
    """
    last: str | None = None
    async for _ in ticks:
        refused, stamp = await _stamp(suites, request)
        if stamp == last:
            continue
        last = stamp
        yield refused or await _run(suites, request, demands)


async def _stamp(suites: Suites, request: SuiteRequest) -> tuple[SuiteInvalid | None, str]:
    try:
        return None, await suites.stamp(request.paths)
    except SuiteInvalid as refused:
        # What cannot be listed is told once: its stamp is the reason.
        return refused, refused.message


async def _run(
    suites: Suites, request: SuiteRequest, demands: Demands
) -> tuple[SuiteReport, Judgement] | SuiteInvalid:
    try:
        return await run_tests(suites, request, demands, lambda _done, _total: None)
    except SuiteInvalid as refused:
        return refused
