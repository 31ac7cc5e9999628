"""Doctor: every check, well and ill, with the command that mends it."""

from pathlib import Path

import pytest

from engine.core.errors import EngineError, IntegrityFailed, NotSetUp
from engine.ports.artifacts import Installed, Wanted
from engine.service.doctor import Check, Folders, diagnose
from engine.testing.artifacts import FakeMachine, FakeShelf

THERE = Installed(version="1.6.2", executable=Path("bin/tofu"), sha256="1" * 64, source="on PATH")
FOLDERS = Folders(home=Path("home"), mirror=Path("mirror"))


def _wanted(found: Installed | EngineError | None) -> list[Wanted]:
    return [Wanted(name="OpenTofu", shelf=FakeShelf([found]), sources=(), mend="put it on PATH")]


@pytest.mark.requirement("2.2.doctor")
@pytest.mark.anyio
async def test_all_is_well() -> None:
    further = Check(name="database", ok=True, found="sqlite")
    report = await diagnose(_wanted(THERE), FakeMachine(), FOLDERS, [further])
    assert report.ok
    assert {check.name: check.found for check in report.checks} == {
        "Python": "3.11.7",
        "regorus": "gordon-to-regorus",
        "OpenTofu": f"version 1.6.2 at bin/tofu, on PATH, SHA-256 {'1' * 64}",
        "data folder": "home",
        "provider mirror": "mirror",
        "npm": "npm",
        "pip": "pip",
        "database": "sqlite",
    }
    assert {check.mend for check in report.checks} == {None}


@pytest.mark.requirement("2.2.doctor")
@pytest.mark.anyio
@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (None, "OpenTofu is not installed"),
        (
            IntegrityFailed("tofu is not the file that was installed"),
            "tofu is not the file that was installed",
        ),
        (NotSetUp("the record cannot be read"), "the record cannot be read"),
    ],
)
async def test_what_is_missing_or_changed_is_named_with_its_command(
    found: EngineError | None, missing: str
) -> None:
    report = await diagnose(_wanted(found), FakeMachine(), FOLDERS)
    assert [check for check in report.checks if not check.ok] == [
        Check(
            name="OpenTofu",
            ok=False,
            found="",
            missing=missing,
            mend="intent setup (or: put it on PATH)",
        )
    ]
    assert not report.ok


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("machine", "name", "mend"),
    [
        (FakeMachine(python="3.10.2"), "Python", "install Python 3.11 and make the environment anew"),
        (
            FakeMachine(regorus=()),
            "regorus",
            "pip install --force-reinstall gordon-to-regorus",
        ),
        (
            FakeMachine(regorus=("gordon-to-regorus", "regorus")),
            "regorus",
            "pip uninstall regorus, then pip install --force-reinstall gordon-to-regorus",
        ),
        (
            FakeMachine(reason="is read-only"),
            "data folder",
            "make it writable, or name another one in the settings",
        ),
    ],
)
async def test_each_ill_of_the_machine_has_its_mend(machine: FakeMachine, name: str, mend: str) -> None:
    report = await diagnose(_wanted(THERE), machine, FOLDERS)
    assert [(check.name, check.mend) for check in report.checks if not check.ok] == [(name, mend)]


@pytest.mark.anyio
async def test_a_package_client_is_needed_only_while_something_is_missing() -> None:
    machine = FakeMachine(clients={"npm": None, "pip": "pip"})
    well = await diagnose(_wanted(THERE), machine, FOLDERS)
    ill = await diagnose(_wanted(None), machine, FOLDERS)
    assert well.ok
    assert [check.name for check in ill.checks if not check.ok] == ["OpenTofu", "npm"]


@pytest.mark.anyio
async def test_a_complete_mirror_may_be_read_only_and_an_incomplete_one_may_not() -> None:
    machine = FakeMachine(reason="is read-only")
    well = await diagnose(_wanted(THERE), machine, FOLDERS)
    ill = await diagnose(_wanted(None), machine, FOLDERS)
    assert [check.name for check in well.checks if not check.ok] == ["data folder"]
    assert [check.name for check in ill.checks if not check.ok] == [
        "OpenTofu",
        "data folder",
        "provider mirror",
    ]
