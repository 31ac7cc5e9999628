"""Doctor: say what is there, what is missing and what mends it. It changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.core.errors import IntegrityFailed, NotSetUp
from engine.ports.artifacts import Machine, Step, Wanted

FORMAT_VERSION: Final = "1.0"
PYTHON_MINIMUM: Final = (3, 11)
# Two distributions give the import name `regorus`; the other one lacks what the evaluator needs.
REGORUS_DISTRIBUTION: Final = "gordon-to-regorus"


class Check(BaseModel):
    """One thing that was looked at.

    Attributes:
        found: what is there, in words; empty when there is nothing.
        missing: what is not as it has to be; None when all is well.
        mend: the command or step that mends it; None when all is well.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    ok: bool
    found: str
    missing: str | None = None
    mend: str | None = None


class DoctorReport(BaseModel):
    """All checks. `ok` is true when every one of them is."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal["1.0"] = FORMAT_VERSION
    ok: bool
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Folders:
    """The folders that the engine writes."""

    home: Path
    mirror: Path


async def diagnose(
    wanted: Sequence[Wanted], machine: Machine, folders: Folders, further: Sequence[Check] = ()
) -> DoctorReport:
    """Look at everything and return one check for each thing, `further` ones (the database) at the end."""
    artifacts = [await _artifact(want) for want in wanted]
    needs_fetching = not all(check.ok for check in artifacts)
    checks = (
        _python(machine.python_version()),
        _regorus(machine.distributions("regorus")),
        *artifacts,
        _folder("data folder", folders.home, machine),
        _mirror(folders.mirror, machine, needs_fetching=needs_fetching),
        *_clients(machine, needs_fetching=needs_fetching),
        *further,
    )
    return DoctorReport(ok=all(check.ok for check in checks), checks=checks)


class _Said:
    def __init__(self) -> None:
        self.texts: list[str] = []

    def report(self, step: Step) -> None:
        """Keep what a shelf says, which is why it did not take something."""
        self.texts.append(step.text)


async def _artifact(want: Wanted) -> Check:
    said = _Said()
    missing = f"{want.name} is not installed"
    try:
        there = await want.shelf.find(said)
    except (IntegrityFailed, NotSetUp) as failure:
        there, missing = None, failure.message
    if there is None:
        return _bad(want.name, "; ".join(said.texts), missing, f"intent setup (or: {want.mend})")
    found = f"version {there.version} at {there.executable}, {there.source}, SHA-256 {there.sha256}"
    return Check(name=want.name, ok=True, found="; ".join((found, *said.texts)))


def _python(version: str) -> Check:
    if tuple(int(part) for part in version.split(".")[:2]) >= PYTHON_MINIMUM:
        return Check(name="Python", ok=True, found=version)
    least = ".".join(str(part) for part in PYTHON_MINIMUM)
    return _bad(
        "Python", version, f"Python {least} or newer", f"install Python {least} and make the environment anew"
    )


def _regorus(distributions: Sequence[str]) -> Check:
    found = ", ".join(distributions)
    if list(distributions) == [REGORUS_DISTRIBUTION]:
        return Check(name="regorus", ok=True, found=found)
    others = " ".join(name for name in distributions if name != REGORUS_DISTRIBUTION)
    mend = f"pip install --force-reinstall {REGORUS_DISTRIBUTION}"
    return _bad(
        "regorus",
        found,
        f"the distribution {REGORUS_DISTRIBUTION}, and no other that gives `regorus`",
        f"pip uninstall {others}, then {mend}" if others else mend,
    )


def _folder(name: str, folder: Path, machine: Machine) -> Check:
    reason = machine.unwritable(folder)
    if reason is None:
        return Check(name=name, ok=True, found=str(folder))
    return _bad(name, str(folder), reason, "make it writable, or name another one in the settings")


def _mirror(folder: Path, machine: Machine, *, needs_fetching: bool) -> Check:
    # A complete mirror is only read, so it may well be read-only.
    if not needs_fetching:
        return Check(name="provider mirror", ok=True, found=str(folder))
    return _folder("provider mirror", folder, machine)


def _clients(machine: Machine, *, needs_fetching: bool) -> list[Check]:
    checks = []
    for name, command in machine.programs().items():
        if command is not None:
            checks.append(Check(name=name, ok=True, found=command))
        elif needs_fetching:
            text = f"{name}, which set-up uses where no registry answers"
            checks.append(
                _bad(name, "", text, f"install {name}, or run `intent setup` where a registry answers")
            )
        else:
            checks.append(
                Check(name=name, ok=True, found="not there, and not needed: everything is installed")
            )
    return checks


def _bad(name: str, found: str, missing: str, mend: str) -> Check:
    return Check(name=name, ok=False, found=found, missing=missing, mend=mend)
