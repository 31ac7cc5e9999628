"""The Rego tests of everything in `policies/`, run by the product's own runner."""

import pytest

from engine.core.policy.suite.results import CaseOutcome, Demands, Verdict
from engine.ports.suites import SuiteRequest
from engine.service.policies.run_tests import run_tests
from server.bootstrap.evaluation import build_suites
from tests.policies.shelf import POLICIES, RULES

_FEWEST_TESTS = 4


@pytest.mark.requirement("2.5.examples", "3.6.library-coverage")
@pytest.mark.anyio
async def test_every_test_of_the_library_passes_and_every_line_is_covered() -> None:
    request = SuiteRequest(paths=(POLICIES,), coverage=True)
    report, judgement = await run_tests(build_suites(), request, Demands(threshold=100), _unheard)
    assert [result for result in report.results if result.outcome is not CaseOutcome.PASS] == []
    assert report.coverage is not None
    assert {name: file for name, file in report.coverage.files.items() if file.not_covered} == {}
    assert judgement.verdict is Verdict.PASSED, judgement
    for rule in RULES:
        of_rule = [result for result in report.results if result.file.endswith(f"/{rule}_test.rego")]
        assert len(of_rule) >= _FEWEST_TESTS, rule


def _unheard(_done: int, _of: int) -> None:
    """Hear nothing."""
