"""What the tests of the test runner share: files on disk, and a run over them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.rego.suite.runner import RegorusSuites
from engine.core.errors import SuiteInvalid
from engine.core.policy.suite.results import CaseResult, SuiteReport
from engine.ports.suites import SuiteRequest


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder, by their paths in it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


async def run(folder: Path, **wanted: Any) -> SuiteReport:
    """Run what is below a folder, with no more than two workers."""
    request = SuiteRequest(**{"paths": (folder,), "parallel": 2, **wanted})
    return await RegorusSuites().run(request, lambda _done, _total: None)


async def run_text(folder: Path, text: str, **wanted: Any) -> SuiteReport:
    """Run one test module in package `t`; imports and rules are `text`."""
    write(folder, {"t_test.rego": f"package t\n{text}\n"})
    return await run(folder, **wanted)


async def refusal(folder: Path, **wanted: Any) -> str:
    """Run what cannot be loaded and return why, the folder's own path left out."""
    with pytest.raises(SuiteInvalid) as caught:
        await run(folder, **wanted)
    return caught.value.message.replace(f"{folder.as_posix()}/", "")


def outcomes(report: SuiteReport) -> dict[str, str]:
    """Return how each case ended, by name; they are in order."""
    return {result.name: result.outcome.value for result in report.results}


def one(report: SuiteReport) -> CaseResult:
    """Return the only result."""
    (result,) = report.results
    return result
