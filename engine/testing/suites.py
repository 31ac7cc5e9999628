"""A runner of policy tests with scripted reports. Reads no file and runs no Rego."""

from collections.abc import Sequence
from pathlib import Path

from engine.core.errors import SuiteInvalid
from engine.core.policy.suite.results import SuiteReport
from engine.ports.suites import Heard, SuiteRequest


class ScriptedSuites:
    """A `Suites` in memory.

    Args:
        reports: what each run gives, in order; the last one again and again.
        stamps: what each look at the files gives, likewise.

    Attributes:
        asked: the requests in the order in which they came.
    """

    def __init__(
        self, reports: Sequence[SuiteReport | SuiteInvalid], stamps: Sequence[str | SuiteInvalid] = ("",)
    ) -> None:
        self._reports = list(reports)
        self._stamps = list(stamps)
        self.asked: list[SuiteRequest] = []

    async def run(self, request: SuiteRequest, heard: Heard) -> SuiteReport:
        """Return the next report; see the port."""
        self.asked.append(request)
        report = self._reports.pop(0) if len(self._reports) > 1 else self._reports[0]
        if isinstance(report, SuiteInvalid):
            raise report
        heard(len(report.results), len(report.results))
        return report

    async def stamp(self, paths: Sequence[Path]) -> str:  # noqa: ARG002 - the port has it
        """Return the next stamp, whatever the paths; see the port."""
        stamp = self._stamps.pop(0) if len(self._stamps) > 1 else self._stamps[0]
        if isinstance(stamp, SuiteInvalid):
            raise stamp
        return stamp
