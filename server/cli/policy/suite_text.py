"""A run of policy tests as text for people. The machine-readable forms are `suite_formats`' business."""

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from engine.core.diagnostics import sanitise
from engine.core.limits import SUITE_TEXT_MAX_CHARS
from engine.core.policy.suite.coverage import SuiteCoverage
from engine.core.policy.suite.results import CaseOutcome, CaseResult, Judgement, SuiteReport, Verdict
from server.cli.output import one_line

_STYLES: Final = {
    CaseOutcome.PASS: "green",
    CaseOutcome.FAIL: "bold red",
    CaseOutcome.ERROR: "bold red",
    CaseOutcome.SKIP: "yellow",
}
_NS_IN_MS: Final = 1_000_000
_MARGIN: Final = " " * 6


def suite_lines(report: SuiteReport, judgement: Judgement, *, verbose: bool) -> Iterator[Text]:
    """Yield what did not pass and what printed, all tests where `verbose`; then the sums and the verdict."""
    for result in report.results:
        if verbose or result.output or result.outcome is not CaseOutcome.PASS:
            yield from _case(result)
    if report.coverage is not None:
        yield from _coverage(report.coverage, verbose=verbose)
    sums = [(outcome, count) for outcome in CaseOutcome if (count := report.count(outcome))]
    line = Text()
    for outcome, count in sums:
        line.append(f"{outcome.name}: {count}", _STYLES[outcome]).append("  ")
    total = len(report.results)
    yield line.append(f"of {total} test{'' if total == 1 else 's'}" if total else "no tests were run")
    if judgement.verdict is not Verdict.PASSED and sums:
        yield Text("; ".join(judgement.reasons))


def _case(result: CaseResult) -> Iterator[Text]:
    spent = f"  {result.duration_ns / _NS_IN_MS:.2f} ms" if result.duration_ns else ""
    name = f"{result.outcome.name:<5} ", _STYLES[result.outcome]
    yield Text.assemble(name, one_line(result.full_name), (spent, "dim"))
    if result.outcome is not CaseOutcome.PASS:
        yield Text(f"{_MARGIN}{one_line(result.file)}:{result.line}", "dim")
    for line in sanitise(result.message, SUITE_TEXT_MAX_CHARS).splitlines():
        yield Text(f"{_MARGIN}{line}")
    for line in sanitise(result.output, SUITE_TEXT_MAX_CHARS).splitlines():
        yield Text(f"{_MARGIN}| {line}", "cyan")


def _coverage(coverage: SuiteCoverage, *, verbose: bool) -> Iterator[Text]:
    for name, file in coverage.files.items():
        if verbose or file.not_covered:
            missed = ", ".join(map(str, file.not_covered))
            words = f", not covered: {missed}" if missed else ""
            yield Text(f"{one_line(name)}: {file.coverage:.1f} %{words}")
    lines = coverage.covered_lines + coverage.not_covered_lines
    yield Text(f"coverage: {coverage.coverage:.2f} % of {lines} lines")
