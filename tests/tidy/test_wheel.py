"""Builds the wheel, looks into it, and runs from it, away from the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from server.shipped import checkout_folder, policies_folder, provider_manifest
from tests.tidy.tree import PACKAGES, ROOT, tracked_files

_ASK = """
import server.shipped as s
print(s.checkout_folder(), s.policies_folder().is_dir(), s.provider_manifest().is_file())
root = s.policies_folder()
print(sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel without the network and without touching the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(ROOT)], check=True, timeout=300)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.requirement("2.1.wheel", "2.1.layout")
def test_the_wheel_holds_what_is_tracked_of_the_packages_and_the_policies(
    wheel: Path,
) -> None:
    tracked = [path for path in tracked_files() if path.startswith(tuple(f"{name}/" for name in PACKAGES))]
    policies = [f"engine/_{path}" for path in tracked_files() if path.startswith("policies/")]
    expected = {*tracked, *policies, "engine/_providers_cache/manifest.toml"}
    assert {name for name in _names(wheel) if ".dist-info/" not in name} == expected


def test_the_wheel_is_typed_licensed_and_has_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {
            name.partition(".dist-info/")[2]: name for name in archive.namelist() if ".dist-info/" in name
        }
        entry_points = archive.read(names["entry_points.txt"]).decode()
        licence = archive.read(names["licenses/LICENSE"])
    assert entry_points == "[console_scripts]\nintent = server.cli.main:main\n"
    assert licence == (ROOT / "LICENSE").read_bytes()
    assert {"engine/py.typed", "server/py.typed"} <= set(_names(wheel))


def test_the_shipped_files_are_found_from_an_unpacked_wheel(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    # -P and a foreign working directory: the checkout must not be what answers.
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{_ASK}"]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60)
    policies = sorted(p.removeprefix("policies/") for p in tracked_files() if p.startswith("policies/"))
    assert done.stdout == f"None True True\n{policies}\n"


def test_the_shipped_files_are_found_from_the_checkout() -> None:
    assert checkout_folder() == ROOT
    assert policies_folder() == ROOT / "policies"
    assert provider_manifest() == ROOT / "providers_cache" / "manifest.toml"


def _names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()
