"""Running the tests of policies, whatever engine does it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from engine.core.limits import SUITE_TEST_SECONDS
from engine.core.policy.suite.results import SuiteReport


class SuiteRequest(BaseModel):
    """What to run.

    Attributes:
        paths: files and folders; every `.rego`, `.json`, `.yaml` and `.yml` below a folder is loaded.
        pattern: selects tests by a match anywhere in their full name; empty selects all.
        count: how many times each test runs.
        parallel: how many tests run at once, 0 for one a core.
        seconds: the time that one test may take.
    """

    model_config = ConfigDict(frozen=True)

    paths: tuple[Path, ...]
    pattern: str = ""
    rego_v0: bool = False
    coverage: bool = False
    count: int = 1
    parallel: int = 0
    seconds: float = SUITE_TEST_SECONDS


# Hears how many of how many tests are done.
Heard = Callable[[int, int], None]


class Suites(Protocol):
    """Loads files and runs the tests in them. What a test does never raises: it is that test's result."""

    async def run(self, request: SuiteRequest, heard: Heard) -> SuiteReport:
        """Return one result for each case, by file and line.

        Raises:
            SuiteInvalid: a file cannot be read or loaded, data clash, or two tests have one name.
        """
        ...

    async def stamp(self, paths: Sequence[Path]) -> str:
        """Return a text that changes whenever a file that `run` would load changes, comes or goes.

        Raises:
            SuiteInvalid: a path does not exist or cannot be read.
        """
        ...
