"""Runs small suites under `--strict-skips`: only the absence of the shared folders may skip a test."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT


@pytest.mark.requirement("2.1.ci")
@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("def test_a(): pass", "1 passed"),
        ("def test_a(): pytest.skip('shared/vectors is absent')", "1 skipped"),
        ("def test_a(): pytest.skip('no tofu here')", "1 failed"),
        ("@pytest.mark.skipif(True, reason='no provider')\ndef test_a(): pass", "1 error"),
        ("@pytest.mark.xfail(reason='known')\ndef test_a(): assert False", "1 xfailed"),
        ("pytest.skip('no moto', allow_module_level=True)", "1 error"),
        ("pytest.importorskip('no_such_module')", "1 error"),
    ],
)
def test_a_skip_fails_unless_its_reason_is_accepted(body: str, summary: str, tmp_path: Path) -> None:
    assert summary in _summary(tmp_path, body, "--strict-skips")


def test_without_the_option_a_skip_is_a_skip(tmp_path: Path) -> None:
    assert "1 skipped" in _summary(tmp_path, "def test_a(): pytest.skip('no tofu here')")


def _summary(folder: Path, body: str, *options: str) -> str:
    """Run one test file beside a copy of the suite's conftest and return pytest's last line."""
    shutil.copy(ROOT / "tests/conftest.py", folder)
    (folder / "test_planted.py").write_text(f"import pytest\n{body}\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        f"--rootdir={folder}",
        *options,
        str(folder),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    last = done.stdout.strip().splitlines()[-1]
    assert (done.returncode == 0) == ("failed" not in last.replace("xfailed", "") and "error" not in last), (
        last
    )
    return last
