"""Output of a child that is to be kept: the child writes it to a private file by itself."""

import os
import signal
import sys
from pathlib import Path

import pytest

from engine.adapters.tofu.process import run_child

pytestmark = pytest.mark.anyio

_ENVIRONMENT = {"PATH": os.defpath}
_LONG = 60.0


@pytest.mark.requirement("4.1.journal-events")
async def test_output_that_is_to_be_kept_stays_in_a_private_file_though_the_child_is_killed(
    tmp_path: Path,
) -> None:
    heard: list[str] = []

    async def hear(line: str) -> None:
        heard.append(line)

    (tmp_path / "said").write_text("something older and longer")
    completed = await run_child(
        [sys.executable, "-c", "import os; print('one', flush=True); os.kill(os.getpid(), 9)"],
        folder=tmp_path,
        environment=_ENVIRONMENT,
        timeout=_LONG,
        on_line=hear,
        kept_as="said",
    )
    assert (completed.status, completed.stdout, heard) == (-signal.SIGKILL, "one\n", ["one"])
    assert (tmp_path / "said").read_text() == "one\n"
    assert [path.name for path in tmp_path.iterdir()] == ["said"]


async def test_a_file_for_output_that_is_made_is_private(tmp_path: Path) -> None:
    await run_child(
        [sys.executable, "-c", ""],
        folder=tmp_path,
        environment=_ENVIRONMENT,
        timeout=_LONG,
        kept_as="said",
    )
    assert (tmp_path / "said").stat().st_mode & 0o777 == 0o600
