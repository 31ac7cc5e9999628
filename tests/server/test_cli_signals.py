"""Signals to a command that carries an operation out: heeded alike, unless its caller had them ignored."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from engine.ports.runner import Job
from tests.server.cli_stage import Stage, set_stage

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    """Return a stage with the empty project `demo`."""
    return set_stage(monkeypatch, tmp_path)


@pytest.fixture(autouse=True)
def _survivable() -> Iterator[None]:
    """Have a signal that is not heeded raise an error, where the default would end the tests."""
    before = {number: signal.signal(number, _unheeded) for number in SIGNALS}
    yield
    for number, disposition in before.items():
        signal.signal(number, disposition)


def _unheeded(number: int, _frame: object) -> None:
    raise AssertionError(f"signal {number} was not heeded")


async def _received() -> None:
    for _ in range(10):
        await anyio.lowlevel.checkpoint()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_in_the_middle_of_an_effect_waits_for_its_outcome(
    stage: Stage, number: signal.Signals
) -> None:
    async def interrupt(job: Job) -> None:
        del job
        os.kill(os.getpid(), number)
        await _received()

    stage.engine.runner.hooks["apply"] = interrupt
    done = stage.create("logs")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "create logs: FINISHED")
    assert done.stderr.count("interrupted: ") == 1
    assert stage.engine.cloud.writes == [("create", "fake_bucket", "logs")]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_before_an_effect_ends_the_operation_without_one(
    stage: Stage, number: signal.Signals
) -> None:
    async def interrupt(job: Job) -> None:
        del job
        os.kill(os.getpid(), number)
        await anyio.sleep_forever()

    stage.engine.runner.hooks["plan"] = interrupt
    done = stage.create("logs")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (1, "create logs: FAILED")
    assert stage.engine.cloud.writes == []


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_that_the_caller_had_ignored_stays_ignored(stage: Stage, number: signal.Signals) -> None:
    async def interrupt(job: Job) -> None:
        del job
        os.kill(os.getpid(), number)
        await _received()

    stage.engine.runner.hooks["plan"] = interrupt
    signal.signal(number, signal.SIG_IGN)
    done = stage.create("logs")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "create logs: FINISHED")
    assert "interrupted: " not in done.stderr
