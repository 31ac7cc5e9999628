"""What a run of policy tests found, one result a case, and whether it is good enough. Formats nothing."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from engine.core.policy.suite.coverage import SuiteCoverage


class CaseOutcome(StrEnum):
    """How a case ended. Only a value of `true` passes; what is undefined, false or anything else fails."""

    PASS = "pass"  # noqa: S105  # an outcome, not a password
    FAIL = "fail"
    ERROR = "error"
    SKIP = "skip"


class CaseResult(BaseModel):
    """One case: a test rule, or one value of a parametrised one.

    Attributes:
        package: full path, `data.intent_test`.
        name: the rule inside its package, `test_a`; a case of a parametrised rule is `test_a[name]`.
        file: as its folder was named on the command, with `/`.
        line: where the rule starts, from 1.
        message: why it did not pass, empty where it did.
        output: what it printed, one line a call.
    """

    model_config = ConfigDict(frozen=True)

    package: str
    name: str
    outcome: CaseOutcome
    duration_ns: int
    file: str
    line: int
    message: str = ""
    output: str = ""

    @property
    def full_name(self) -> str:
        """What selects it: `data.intent_test.test_a`."""
        return f"{self.package}.{self.name}"


class SuiteReport(BaseModel):
    """A whole run; `coverage` is None unless it was asked for."""

    model_config = ConfigDict(frozen=True)

    results: tuple[CaseResult, ...]
    coverage: SuiteCoverage | None = None

    def count(self, outcome: CaseOutcome) -> int:
        """Return how many cases ended so."""
        return sum(result.outcome is outcome for result in self.results)


class Demands(BaseModel):
    """What a run must hold beside that nothing fails.

    Attributes:
        fail_on_empty: whether at least one test must have run.
        accept_skipped: whether a skipped test is as good as none.
        threshold: percent of the lines that must be covered.
    """

    model_config = ConfigDict(frozen=True)

    fail_on_empty: bool = True
    accept_skipped: bool = False
    threshold: float | None = None


class Verdict(StrEnum):
    """Whether a run is good enough; a run without tests is told from one with failures."""

    PASSED = "passed"
    FAILED = "failed"
    EMPTY = "empty"


class Judgement(BaseModel):
    """A verdict with its reasons, one sentence each; none for a run that passed."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict
    reasons: tuple[str, ...] = ()


def judge(report: SuiteReport, demands: Demands) -> Judgement:
    """Return whether a run holds what is demanded of it; exit codes follow `opa test`, which see."""
    ran = len(report.results) - report.count(CaseOutcome.SKIP)
    reasons = [
        f"{count} {words}"
        for outcome, words in ((CaseOutcome.FAIL, "failed"), (CaseOutcome.ERROR, "ended in an error"))
        if (count := report.count(outcome))
    ]
    if (skipped := report.count(CaseOutcome.SKIP)) and not demands.accept_skipped:
        reasons.append(f"{skipped} skipped, which counts as failed unless skipped tests are accepted")
    if demands.threshold is not None:
        covered = report.coverage.coverage if report.coverage else 0.0
        if covered < demands.threshold:
            reasons.append(f"{covered:.2f} % of the lines are covered, {demands.threshold:g} % are demanded")
    if reasons:
        return Judgement(verdict=Verdict.FAILED, reasons=tuple(reasons))
    if not ran and demands.fail_on_empty:
        return Judgement(verdict=Verdict.EMPTY, reasons=("no tests were run",))
    return Judgement(verdict=Verdict.PASSED)
