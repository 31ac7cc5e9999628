"""Plants a forbidden import for each import-linter contract and expects exactly that contract to break."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.tidy.tree import PACKAGES, ROOT

# Contract -> the module that is changed and the import that is planted in it.
PLANTED: Final = {
    "layers": ("engine/ports/clock.py", "import engine.service"),
    "core concepts": ("engine/core/errors.py", "import engine.core.addrs"),
    "pure core": ("engine/core/limits.py", "import socket"),
    "independent adapters": ("engine/adapters/rego/__init__.py", "import engine.adapters.store"),
    "independent fronts": ("server/mcp/__init__.py", "import server.cli"),
    "one composition root": ("server/cli/__init__.py", "import engine.adapters.store"),
}
CONTRACTS: Final = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
]


def test_the_checkout_keeps_every_contract() -> None:
    assert _broken(ROOT) == []


@pytest.mark.requirement("2.1.contracts")
@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_planted_import_breaks_its_contract(contract: str, tmp_path: Path) -> None:
    path, statement = PLANTED[contract]
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / path).open("a", encoding="utf-8") as module:
        module.write(f"\n{statement}\n")
    assert _broken(tmp_path) == [contract]


def test_a_core_module_without_a_layer_breaks_the_contract_of_concepts(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "engine/core/newcomer.py").write_text('"""New."""\n')
    assert _broken(tmp_path) == ["core concepts"]


def _broken(folder: Path) -> list[str]:
    """Run import-linter in `folder` and return the contracts that it calls broken."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    broken = [name for name in CONTRACTS if f"\n{name} BROKEN" in done.stdout]
    assert (done.returncode != 0) == bool(broken), done.stdout + done.stderr
    return broken
