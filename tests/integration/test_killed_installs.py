"""Installations killed with SIGKILL, wherever they stand: nothing is trusted, and the next run ends well."""

import signal
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.adapters.cache.machine import this_platform
from engine.testing.registry_standin import Fault, RegistryStandIn, Trouble
from tests.integration.forked_commands import Forks
from tests.integration.installing import ARCHIVES, FILES, RANDOM, Room, offered

FOLDER = f"registry.opentofu.org/acme/widgets/1.10.0/{this_platform()}"
WHOLE = sorted(["installed.json", *(f"{FOLDER}/{name}" for name, _ in FILES)])
ARRIVED = 900_000

pytestmark = [pytest.mark.integration, pytest.mark.requirement("5.6.killed-install", "5.security.46")]


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as running:
        yield running


@pytest.fixture
def standing() -> Iterator[RegistryStandIn]:
    with offered() as serving:
        yield serving


def _archive_bytes(standing: RegistryStandIn) -> int:
    return max(one.sent_bytes for one in standing.asked if one.target.endswith(".zip"))


def _finishes(forks: Forks, room: Room) -> None:
    """Assert that a run which nobody kills ends with the package, whole, and with nothing beside it."""
    installed = room.trusted()
    done = forks.run(room.install())
    assert (done.code, done.stderr, room.trusted()) == (0, "", 1)
    # Where all was done but the cleaning up, there is nothing that a later run has to do.
    assert installed or room.left() == WHOLE


def test_killed_before_any_of_its_changes_an_installation_leaves_nothing_that_is_trusted_but_not_whole(
    forks: Forks, standing: RegistryStandIn, tmp_path: Path
) -> None:
    clean = Room(tmp_path / "clean", standing)
    changes = forks.run(clean.install()).changes
    assert clean.left() == WHOLE
    size, trusted = _archive_bytes(standing), list[int]()
    for moment in _moments(changes):
        standing.forget()
        room = Room(tmp_path / str(moment), standing)
        killed = forks.run(room.install(kill_at=moment))
        assert killed.code == -signal.SIGKILL
        trusted.append(room.trusted())
        arrived = any(path.stat().st_size == size for path in room.mirror.rglob("*.zip"))
        standing.forget()
        _finishes(forks, room)
        # What had arrived is not sent again.
        again = standing.sent_bytes(ARCHIVES)
        assert again == (0 if arrived or trusted[-1] else size), changes[moment - 1]
    # Trusted from one moment on, the last but what is cleaned up, and never before.
    assert trusted == sorted(trusted)
    assert Counter(trusted)[0] > len(trusted) // 2


def test_killed_in_the_middle_of_the_download_an_installation_goes_on_where_it_was(
    forks: Forks, standing: RegistryStandIn, tmp_path: Path
) -> None:
    room = Room(tmp_path, standing)
    killed = forks.run(room.install(file_bytes=ARRIVED))
    assert (killed.code, room.trusted()) == (-signal.SIGXFSZ, 0)
    _finishes(forks, room)
    first, second = (one for one in standing.asked if one.target.endswith(".zip"))
    assert (first.status, second.status, second.headers.get("range")) == (200, 206, f"bytes={ARRIVED}-")


def test_killed_in_the_middle_of_unpacking_an_installation_leaves_nothing_that_is_trusted(
    forks: Forks, standing: RegistryStandIn, tmp_path: Path
) -> None:
    room = Room(tmp_path, standing)
    killed = forks.run(room.install(file_bytes=len(RANDOM) + ARRIVED))
    assert (killed.code, room.trusted()) == (-signal.SIGXFSZ, 0)
    _finishes(forks, room)
    assert standing.count(ARCHIVES) == 1


@pytest.mark.parametrize("fault", [Fault.RANGE_IGNORED, Fault.RANGE_MIXED, Fault.RANGE_REFUSED])
def test_an_installation_that_cannot_go_on_where_it_was_begins_anew(
    forks: Forks, standing: RegistryStandIn, tmp_path: Path, fault: Fault
) -> None:
    room = Room(tmp_path, standing)
    forks.run(room.install(file_bytes=ARRIVED))
    standing.make(Trouble(fault, ARCHIVES, times=1))
    _finishes(forks, room)


def test_two_installations_at_once_download_once(standing: RegistryStandIn, tmp_path: Path) -> None:
    room = Room(tmp_path, standing)
    standing.make(Trouble(Fault.SLOW, ARCHIVES))
    with room.installing() as first:
        standing.wait_until_held()
        with room.installing() as second:
            _hear(second, "waiting")
            standing.release()
            codes = [len(process.communicate()) and process.returncode for process in (first, second)]
    assert (codes, standing.count(ARCHIVES), room.trusted(), room.left()) == ([0, 0], 1, 1, WHOLE)


def test_who_waits_for_an_installation_that_is_killed_takes_its_place(
    standing: RegistryStandIn, tmp_path: Path
) -> None:
    room = Room(tmp_path, standing)
    standing.make(Trouble(Fault.SLOW, ARCHIVES, times=1))
    with room.installing() as first:
        standing.wait_until_held()
        with room.installing() as second:
            _hear(second, "waiting")
            first.kill()
            second.communicate()
    assert (first.returncode, second.returncode) == (-signal.SIGKILL, 0)
    assert (standing.count(ARCHIVES), room.trusted(), room.left()) == (2, 1, WHOLE)


def _moments(changes: Sequence[str]) -> list[int]:
    """Return the changes before which something new lies there: of folders made in a row, the last."""
    making = [change.startswith("os.mkdir") for change in (*changes, "")]
    return [at + 1 for at in range(len(changes)) if not (making[at] and making[at + 1])]


def _hear(process: subprocess.Popen[str], word: str) -> None:
    """Read what a process says until a line begins with a word."""
    assert process.stderr is not None
    assert any(line.split()[:1] == [word] for line in process.stderr)
