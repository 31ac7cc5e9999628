"""An engine that is killed, told to end, or loses its terminal in mid-change: nothing is lost."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from server.demo.cloud import CREDENTIALS, MockCloud
from tests.contract.runner_benches import ssm
from tests.integration.folder_processes import ended, running_in
from tests.integration.held_cloud import WAIT_SECONDS, HeldCloud, held_cloud

pytestmark = pytest.mark.integration

INTENT: Final = (sys.executable, "-m", "server.cli.main")
SSM: Final = ("--type", "aws_ssm_parameter", "--provider", "hashicorp/aws", "--provider-version", "3.39.0")


@dataclass
class Desk:
    """Where commands are called: a data folder, a database with the project `demo`, a cloud that can wait."""

    home: Path
    database: Path
    cloud: HeldCloud
    name: str

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of a command."""
        settings = {"INTENT_HOME": str(self.home), "INTENT_DATABASE_URL": f"sqlite:///{self.database}"}
        return {**os.environ, **CREDENTIALS, **settings, "INTENT_ACTOR": "ada"}

    @property
    def create(self) -> Sequence[str]:
        """The command that creates a parameter."""
        config = {"name": self.name, "type": "String", "value": "kept", "description": "first"}
        return ("create", "demo", "p1", *SSM, "--config", json.dumps(config))

    @contextmanager
    def start(self, *arguments: str, prefix: Sequence[str] = INTENT) -> Iterator[subprocess.Popen[str]]:
        """Start a command in a session of its own; leaving kills what still runs of it."""
        with subprocess.Popen(
            [*prefix, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as command:
            try:
                yield command
            finally:
                command.kill()

    def run(self, *arguments: str) -> tuple[int, Any]:
        """Run a command to its end; return its exit code and its document."""
        with self.start(*arguments, "--output", "json") as command:
            answer, complaints = command.communicate(timeout=WAIT_SECONDS)
        assert answer, complaints
        return command.returncode, json.loads(answer)

    def last_operation(self) -> tuple[str, str]:
        """Return id and state of the newest operation."""
        _, document = self.run("operation", "list", "--limit", "1")
        (newest,) = document["operations"]
        return newest["operation_id"], newest["state"]

    def workspace(self, operation_id: str) -> Path:
        """Return the folder in which an operation runs OpenTofu."""
        return self.home / "work" / operation_id

    def lapse(self) -> None:
        """Let the leases of all workers lapse."""
        lapsed = "UPDATE operations SET document = json_set(document, '$.lease_expires_at', ?)"
        with closing(sqlite3.connect(self.database)) as database, database:
            database.execute(lapsed, ("2000-01-01T00:00:00Z",))

    def worker(self) -> int:
        """Return the process that works on the one operation that is being worked on."""
        lease = "SELECT json_extract(document, '$.lease') FROM operations WHERE state = 'APPLYING'"
        with closing(sqlite3.connect(self.database)) as database:
            ((holder,),) = database.execute(lease)
        return int(holder.split(":")[1])

    def exists(self, moto: MockCloud) -> bool:
        """Tell whether the parameter is in the cloud."""
        return bool(ssm(moto).get_parameters(Names=[self.name])["Parameters"])


@contextmanager
def open_desk(moto: MockCloud, home: Path, database: Path, held: str) -> Iterator[Desk]:
    """Open a desk before a cloud that holds its answer to one call."""
    with held_cloud(moto.url, held) as cloud:
        desk = Desk(home, database, cloud, f"it-{uuid4()}")
        settings = {**moto.provider_settings, "endpoints": [{"ssm": cloud.url, "sts": moto.url}]}
        desk.run("project", "create", "demo")
        code, _ = desk.run(
            "project", "update", "demo", "--provider-config", json.dumps({"hashicorp/aws": settings})
        )
        assert code == 0
        try:
            yield desk
        finally:
            for workspace in (home / "work").glob("*"):
                for pid in running_in(workspace):
                    os.kill(pid, signal.SIGKILL)


def kill_in_the_effect(desk: Desk, *arguments: str) -> tuple[str, dict[int, str]]:
    """Kill a command while the cloud holds its answer; return its operation and what goes on."""
    with desk.start(*arguments) as command:
        assert desk.cloud.arrived.wait(WAIT_SECONDS)
        command.kill()
        command.communicate(timeout=WAIT_SECONDS)
    operation_id, state = desk.last_operation()
    left = running_in(desk.workspace(operation_id))
    assert (command.returncode, state) == (-signal.SIGKILL, "APPLYING")
    assert sorted(name[:4] for name in left.values()) == ["terr", "tofu"]
    return operation_id, left


def refuse_then_let_end(desk: Desk, operation_id: str, left: Mapping[int, str]) -> None:
    """Resume while OpenTofu is still at work, which is refused and harms nothing; then let it end."""
    desk.lapse()
    code, refused = desk.run("operation", "resume", operation_id)
    assert (code, refused["error"]["code"]) == (1, "runner_failed")
    assert "still applying" in refused["error"]["message"]
    assert desk.last_operation() == (operation_id, "INTERRUPTED")
    assert running_in(desk.workspace(operation_id)) == left
    desk.cloud.release.set()
    assert ended(left, WAIT_SECONDS)


def test_what_a_killed_engine_was_creating_is_found_when_it_is_resumed(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    with open_desk(moto, real_home, tmp_path / "intent.db", "PutParameter") as desk:
        operation_id, left = kill_in_the_effect(desk, *desk.create)
        refuse_then_let_end(desk, operation_id, left)
        code, resumed = desk.run("operation", "resume", operation_id)
        _, shown = desk.run("project", "show", "demo")
    assert (code, resumed["operation"]["state"], resumed["error"]) == (0, "FINISHED", None)
    assert (resumed["resource"]["attributes"]["id"], desk.exists(moto)) == (desk.name, True)
    assert [resource["resource_id"] for resource in shown["resources"]] == ["p1"]
    assert (running_in(desk.workspace(operation_id)), desk.workspace(operation_id).exists()) == ({}, False)


def test_what_a_killed_engine_was_deleting_is_forgotten_when_it_is_resumed(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    with open_desk(moto, real_home, tmp_path / "intent.db", "DeleteParameter") as desk:
        assert desk.run(*desk.create)[0] == 0
        operation_id, left = kill_in_the_effect(desk, "delete", "demo", "p1")
        refuse_then_let_end(desk, operation_id, left)
        code, resumed = desk.run("operation", "resume", operation_id)
    assert (code, resumed["operation"]["state"], desk.exists(moto)) == (0, "FINISHED", False)
    assert not desk.workspace(operation_id).exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_engine_that_is_told_to_end_follows_its_effect_to_the_outcome(
    moto: MockCloud, real_home: Path, tmp_path: Path, number: signal.Signals
) -> None:
    with open_desk(moto, real_home, tmp_path / "intent.db", "PutParameter") as desk:
        with desk.start(*desk.create, "--output", "json") as command:
            assert desk.cloud.arrived.wait(WAIT_SECONDS)
            command.send_signal(number)
            assert command.stderr is not None
            # Once it says so, or has ended, the signal has been taken.
            assert any(line.startswith("interrupted: ") for line in command.stderr)
            command.send_signal(number)
            desk.cloud.release.set()
            answer, _ = command.communicate(timeout=WAIT_SECONDS)
        operation_id, state = desk.last_operation()
    assert (command.returncode, json.loads(answer)["operation"]["state"], state) == (
        0,
        "FINISHED",
        "FINISHED",
    )
    assert not desk.workspace(operation_id).exists()


def test_a_terminal_that_is_closed_in_the_middle_of_an_effect_does_not_end_it(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    ours, theirs = os.openpty()
    # The first terminal that the leader of a session opens is the one that hangs up on it.
    at_terminal = ("sh", "-c", 'exec <"$0" >"$0" 2>&1; exec "$@"', os.ttyname(theirs), *INTENT)
    with open_desk(moto, real_home, tmp_path / "intent.db", "PutParameter") as desk:
        with desk.start(*desk.create, prefix=at_terminal) as command:
            assert desk.cloud.arrived.wait(WAIT_SECONDS)
            os.close(theirs)
            os.close(ours)
            desk.cloud.release.set()
            command.communicate(timeout=WAIT_SECONDS)
        _, state = desk.last_operation()
    assert (state, desk.exists(moto)) == ("FINISHED", True)


def test_a_change_goes_on_when_the_command_that_began_it_is_killed_with_its_group(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    with open_desk(moto, real_home, tmp_path / "intent.db", "PutParameter") as desk:
        with desk.start(*desk.create, "--wait", str(WAIT_SECONDS)) as command:
            assert desk.cloud.arrived.wait(WAIT_SECONDS)
            os.killpg(command.pid, signal.SIGKILL)
        worker = desk.worker()
        # A machine that shuts down tells every process to end.
        os.kill(worker, signal.SIGTERM)
        desk.cloud.release.set()
        assert ended([worker], WAIT_SECONDS)
        _, state = desk.last_operation()
    assert (command.returncode, state) == (-signal.SIGKILL, "FINISHED")


def test_a_reader_of_the_progress_who_goes_away_does_not_end_an_effect(
    moto: MockCloud, real_home: Path, tmp_path: Path
) -> None:
    with open_desk(moto, real_home, tmp_path / "intent.db", "PutParameter") as desk:
        with desk.start(*desk.create, "--output", "json") as command:
            assert desk.cloud.arrived.wait(WAIT_SECONDS)
            assert command.stderr is not None
            command.stderr.close()
            command.send_signal(signal.SIGTERM)
            desk.cloud.release.set()
            assert command.stdout is not None
            answer = json.loads(command.stdout.read())
            command.wait(WAIT_SECONDS)
        _, state = desk.last_operation()
    assert (command.returncode, answer["operation"]["state"], state) == (0, "FINISHED", "FINISHED")
