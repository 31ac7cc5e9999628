"""Holds the lock files: hashes for everything, no word of where packages come from, both files agreeing."""

import re
import tomllib
from typing import Any, Final

import pytest

from tests.tidy.tree import ROOT

_PIN: Final = re.compile(
    r"^(?P<name>[a-z0-9._-]+)==(?P<version>\S+)(?: ;[^\\]*)? \\\n(?P<rest>(?: .*\n)+)", re.MULTILINE
)
_HASH: Final = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.requirement("2.1.locks")
@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    text = _text(name)
    pinned = re.findall(r"^[a-z0-9].*==", text, re.MULTILINE)
    assert len(_pins(name)) == len(pinned) > 0
    assert [match["name"] for match in _PIN.finditer(text) if not _HASH.search(match["rest"])] == []
    assert re.findall(r"https?:|@ |^-.*|--find-links|--index-url", text, re.MULTILINE) == []


def test_the_runtime_lock_is_a_part_of_the_development_lock() -> None:
    assert _pins("runtime") - _pins("dev") == set()


def test_every_declared_dependency_is_locked() -> None:
    project = PROJECT["project"]
    runtime = {_name(requirement) for requirement in project["dependencies"]}
    extras = {_name(r) for extra in project["optional-dependencies"].values() for r in extra}
    build = {_name(requirement) for requirement in PROJECT["build-system"]["requires"]}
    development = {_name(requirement) for requirement in PROJECT["dependency-groups"]["dev"]}
    assert runtime - {name for name, _ in _pins("runtime")} == set()
    assert runtime | extras | build | development <= {name for name, _ in _pins("dev")}


def _text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def _pins(name: str) -> set[tuple[str, str]]:
    return {(match["name"], match["version"]) for match in _PIN.finditer(_text(name))}


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=~! ;]", requirement, maxsplit=1)[0].lower()
