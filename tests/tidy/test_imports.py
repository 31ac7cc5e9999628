"""Imports every module with network, child processes, written files and environment closed."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.tidy.tree import ROOT, module_name, python_sources

# Alembic runs its environment script and its versions itself, inside a migration; they are not for importing.
_RUN_BY_ALEMBIC: Final = "engine/adapters/store/migrations/"


def test_nothing_happens_when_a_module_is_imported() -> None:
    paths = [path for path in python_sources("engine", "server") if not path.startswith(_RUN_BY_ALEMBIC)]
    done = _import(ROOT, *(module_name(path) for path in paths if not path.endswith("/__main__.py")))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "statement",
    [
        "import os; os.environ['PATH']",
        "import os; os.getenv('PATH')",
        "import socket; socket.socket().connect(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import sqlite3; sqlite3.connect(':memory:')",
        "open('written', 'w')",
    ],
)
def test_a_module_that_does_something_when_imported_is_found(statement: str, tmp_path: Path) -> None:
    (tmp_path / "server.py").write_text(statement)
    done = _import(tmp_path, "server")
    assert (done.returncode, done.stdout.startswith("server: ")) == (1, True), done.stdout + done.stderr


def _import(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)}
    command = [sys.executable, "-P", str(ROOT / "tests/tidy/closed_imports.py"), *names]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
