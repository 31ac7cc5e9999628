"""The processes of a run: engines that are its children, and what they leave running in their workspaces."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.crash.gate import WAIT_SECONDS
from tests.integration.folder_processes import ended, running_in

# Children are forked from a process that has all modules and no threads.
_FORKED: Final = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(["tests.crash.children"])
_LOOK_SECONDS: Final = 0.05


class Child:
    """An engine in a process of its own."""

    def __init__(self, program: Callable[..., None], *arguments: object) -> None:
        self._line, theirs = _FORKED.Pipe()
        self._process = _FORKED.Process(target=program, args=(theirs, *arguments))
        self._process.start()
        theirs.close()

    @property
    def exit_code(self) -> int | None:
        """How it ended, negative for a signal; None while it runs."""
        return self._process.exitcode

    def say(self, word: str) -> None:
        """Say a word to it."""
        self._line.send(word)

    def hear(self, seconds: float = WAIT_SECONDS) -> object | None:
        """Return what it says, None where it has ended or says nothing for so long."""
        if self._line.closed:
            return None
        try:
            return self._line.recv() if self._line.poll(seconds) else None
        except (EOFError, ConnectionError):
            return None

    def wait_or(self, arrived: Callable[[float], bool]) -> bool:
        """Wait until something has arrived, and say so, or until it has spoken or ended."""
        while not (there := arrived(_LOOK_SECONDS)) and not self._line.poll():
            pass
        return there

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()

    def end(self, seconds: float = WAIT_SECONDS) -> None:
        """Wait for its end, and kill it where that takes too long."""
        self._process.join(seconds)
        self._process.kill()
        self._process.join()
        self._line.close()


def left_in(work: Path) -> dict[int, str]:
    """Return the processes that run in the workspaces of an engine."""
    found = {}
    for workspace in _workspaces(work):
        found.update(running_in(workspace))
    return found


def strike(work: Path, name: str, number: signal.Signals) -> list[int]:
    """Send a signal to the processes in the workspaces whose name begins so; return which these were."""
    struck = [pid for pid, running in left_in(work).items() if running.startswith(name)]
    for pid in struck:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    return struck


def await_tofu(work: Path) -> None:
    """Wait until no OpenTofu runs in the workspaces any more; a provider by itself may never end."""
    tofu = [pid for pid, running in left_in(work).items() if running.startswith("tofu")]
    assert ended(tofu, WAIT_SECONDS)


def _workspaces(work: Path) -> Iterator[Path]:
    if work.is_dir():
        yield from work.iterdir()
