"""Commands that start at the same moment, on a home that is not there yet and on one that is."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

_TOGETHER: Final = 4
_PATIENCE_SECONDS: Final = 120.0


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "server.cli.main", *arguments, "--output", "json"],
        env={**os.environ, "INTENT_HOME": str(home), "INTENT_ACTOR": "ada"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, object]:
    """Return the exit code and the document of a command; it says nothing beside that."""
    said, complaints = process.communicate(timeout=_PATIENCE_SECONDS)
    assert complaints == ""
    return process.returncode, json.loads(said)


@pytest.mark.requirement("4.2.together", "4.security.45")
def test_commands_that_find_no_database_at_the_same_moment_make_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    begun = [start(home, "project", "create", f"p{number}", "--quiet") for number in range(_TOGETHER)]
    assert [ended(process)[0] for process in begun] == [0] * _TOGETHER
    code, listed = ended(start(home, "project", "list"))
    assert isinstance(listed, dict)
    assert (code, [p["project"] for p in listed["projects"]]) == (0, [f"p{n}" for n in range(_TOGETHER)])
    assert ended(start(home, "audit", "verify"))[0] == 0


@pytest.mark.requirement("4.2.together")
def test_of_commands_that_make_the_same_project_at_the_same_moment_one_does(tmp_path: Path) -> None:
    begun = [start(tmp_path / "home", "project", "create", "web", "--quiet") for _ in range(_TOGETHER)]
    ends = [ended(process) for process in begun]
    assert sorted(code for code, _ in ends) == [0, *[5] * (_TOGETHER - 1)]
