"""Commands of the product, each in a fork of one process that has loaded everything; some are killed.

A fork can be killed with SIGKILL just before the N-th time that it changes something below a folder (makes,
opens for writing, renames, removes, changes a mode), or in the middle of a write, by a bound on its files.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self

from server.cli.deferred import load
from server.cli.main import main

ROOT: Final = Path(__file__).parents[2]
NAMED: Final = frozenset(
    {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate"}
)
WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
STOP_SECONDS: Final = 60


@dataclass(frozen=True)
class Command:
    """One call of the product.

    Attributes:
        arguments: after `intent`.
        environment: what is added to that of the process.
        below: the folder in which changes are counted.
        kill_at: the change, counted from 1, before which it is killed; never where 0.
        file_bytes: the size at which a file that grows kills it; none where 0.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    below: str
    kill_at: int = 0
    file_bytes: int = 0


@dataclass(frozen=True)
class Ended:
    """How it ended: its exit code, negative for a signal; what it had said, and which changes it had made."""

    code: int
    stdout: str
    stderr: str
    changes: Sequence[str]


class Forks:
    """The process that forks; use it as a context manager. One command runs at a time."""

    def __init__(self) -> None:
        self._room = TemporaryDirectory()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.forked_commands", self._room.name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._process.communicate(timeout=STOP_SECONDS)
        self._room.cleanup()

    def run(self, command: Command) -> Ended:
        """Run a command to its end, whatever that is."""
        if self._process.stdin is None or self._process.stdout is None:
            raise TypeError("the process has no pipes")
        self._process.stdin.write(json.dumps(asdict(command)) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        said = {name: (Path(self._room.name) / name).read_text() for name in ("stdout", "stderr", "changes")}
        return Ended(code, said["stdout"], said["stderr"], said["changes"].splitlines())


def _serve(room: Path) -> None:
    load("server.cli.provider")
    answers = os.dup(1)
    for line in sys.stdin:
        command = Command(**json.loads(line))
        if (child := os.fork()) == 0:
            _become(command, room)
        _, status = os.waitpid(child, 0)
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _become(command: Command, room: Path) -> None:
    """Run a command in this process and end with its exit code."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    changes = _fresh(room / "changes")
    for descriptor, source in ((0, nothing), (1, _fresh(room / "stdout")), (2, _fresh(room / "stderr"))):
        os.dup2(source, descriptor)
    os.environ.update(command.environment)
    sys.argv = ["intent", *command.arguments]
    if command.file_bytes:
        # Python ignores the signal; its default ends the process where it stands, and nothing is cleaned up.
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (command.file_bytes, command.file_bytes))
    sys.addaudithook(_counting(command, changes))
    code: object = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def _counting(command: Command, changes: int) -> Callable[[str, tuple[object, ...]], None]:
    made = 0

    def hear(event: str, given: tuple[object, ...]) -> None:
        nonlocal made
        if not _changes(event, given, command.below):
            return
        made += 1
        if made == command.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        os.write(changes, f"{event} {given[0]!r}\n".encode())

    return hear


def _changes(event: str, given: tuple[object, ...], below: str) -> bool:
    """Return whether an audit event tells of a change below a folder."""
    if event == "open":
        path, _mode, flags = given
        return isinstance(flags, int) and bool(flags & WRITING) and str(path).startswith(below)
    # A descriptor, or a name in the folder of one: what is removed in this way lies in a tree of ours.
    path = given[0] if event in NAMED else None
    return isinstance(path, int) or (isinstance(path, str) and (path.startswith(below) or "/" not in path))


def _fresh(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
