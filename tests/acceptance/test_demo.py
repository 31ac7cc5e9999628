"""The demo, run from the wheel: every step as expected, and what `--keep` leaves."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from server.cli import demo
from server.demo.stage import Stage

_STEPS = (
    "a project on a mock cloud",
    "alice's assistant makes a bucket, then tags it",
    "it asks for a virtual machine",
    "it asks for a table, of which no rule speaks",
    "somebody changes the bucket behind the engine's back",
    "a parameter that was made by hand is imported",
    "another parameter refers to the bucket, so the bucket cannot go first",
    "the project as HCL and state, for plain OpenTofu",
)


@pytest.mark.integration
@pytest.mark.requirement(
    "2.0.demo", "2.0.three-outcomes", "2.1.readme", "2.7.moto", "2.7.allowed", "2.7.denied", "2.7.review",
    "2.7.drift", "2.7.import", "2.7.export", "2.7.delete",
)  # fmt: skip
def test_the_demo_does_all_its_steps_as_expected(intent: Path, environment: Mapping[str, str]) -> None:
    done = subprocess.run([intent, "demo"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    titles = [
        *_STEPS,
        "everything is deleted, dependents first",
        "the history, and the audit chain behind it",
    ]
    places = [done.stdout.find(title) for title in titles]
    assert -1 not in places
    assert places == sorted(places)
    assert "✘" not in done.stdout
    assert "EC2 instances are not allowed here" in done.stdout
    assert "every step came as expected" in done.stdout
    assert "\x1b" not in done.stdout
    said = [line.split() for line in done.stdout.splitlines()]
    assert [line for line in _shown_in_the_readme() if line.split() not in said] == []


def _shown_in_the_readme() -> list[str]:
    shown = re.search(r"\$ make demo\n(.*?)```", Path("README.md").read_text(), re.DOTALL)
    assert shown is not None
    return shown[1].splitlines()


@pytest.mark.integration
@pytest.mark.requirement("2.7.keep")
def test_a_kept_demo_says_how_to_go_on_and_that_works(intent: Path, environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [intent, "demo", "--keep"], env=environment, capture_output=True, text=True, check=False
    )
    ending = re.search(r"kill (\d+); rm -r (\S+)", done.stdout)
    assert ending is not None, done.stdout + done.stderr
    pid, home = int(ending[1]), ending[2]
    try:
        assert done.returncode == 0
        kept = {**environment, "INTENT_HOME": home}
        shown = subprocess.run(
            [intent, "refresh", "demo", "logs"], env=kept, capture_output=True, text=True, check=False
        )
        assert (shown.returncode, "FINISHED" in shown.stdout) == (0, True), shown.stderr
    finally:
        os.kill(pid, signal.SIGTERM)
        shutil.rmtree(home)


@pytest.mark.requirement("2.7.exit")
@pytest.mark.parametrize(("came", "code"), [(True, 0), (False, 1)])
def test_the_demo_exits_with_zero_only_if_all_came_as_expected(
    *, came: bool, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Playing:
        """Stands where the demo's player does."""

        @staticmethod
        async def play(*_: object, keep: bool) -> bool:
            """Tell what the test wants."""
            return came and not keep

    monkeypatch.setattr(demo, "load", lambda _: Playing)
    assert CliRunner().invoke(demo.app, []).exit_code == code


@pytest.mark.requirement("2.7.exit")
def test_a_step_that_did_not_come_is_remembered() -> None:
    stage = Stage(Console(quiet=True))
    stage.expect("this came", True)
    stage.expect("this did not", False)
    assert stage.surprises == ["this did not"]
