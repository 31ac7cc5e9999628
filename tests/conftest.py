"""What all tests share: the async backend, the shared data folders, the rule that CI skips nothing."""

import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Final, TypeVar

import pytest

from server.demo.cloud import MockCloud, mock_cloud

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

SHARED: Final = Path(__file__).parents[2] / "shared"
# The two folders beside the checkout that a clone on another machine may lack; set-up brings all the rest.
_ACCEPTED_SKIP: Final = re.compile(r"(?:Skipped: )?shared/(?:vectors|conformance) is absent")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that CI passes."""
    parser.addoption(
        "--strict-skips", action="store_true", help="a skip for want of what set-up brings is a failure"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip that is not accepted into a failure, where the option asks for it."""
    return _strict((yield), item.config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Treat a skipped module like a skipped test."""
    return _strict((yield), collector.config)


def _strict(report: Report, config: pytest.Config) -> Report:
    """Return the report, failed if it is a skip without an accepted reason; an expected failure is none."""
    if not config.getoption("strict_skips") or not report.skipped or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if _ACCEPTED_SKIP.fullmatch(reason) is None:
        report.outcome = "failed"
        report.longrepr = f"skipped, which --strict-skips forbids: {reason}"
    return report


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture
def shared_vectors() -> Path:
    """Return the folder of the decision and lifecycle vectors."""
    return _shared("vectors")


@pytest.fixture
def shared_conformance() -> Path:
    """Return the folder of Open Policy Agent's test cases."""
    return _shared("conformance")


def _shared(name: str) -> Path:
    if not (SHARED / name).is_dir():
        pytest.skip(f"shared/{name} is absent")
    return SHARED / name


@pytest.fixture(scope="session")
def moto() -> Iterator[MockCloud]:
    """Run one moto server on a free loopback port for the whole session."""
    with mock_cloud() as running:
        yield running


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder whose schema cache the tests of a session share."""
    return tmp_path_factory.mktemp("home")
