"""What still lives of an effect whose engine let go of it: found by the lock that it holds, and signalled.

Only where the system lists the open files of processes (Linux); elsewhere such processes are waited for.
"""

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
# Fields of /proc/PID/stat behind the name, which may hold spaces: group, and start in ticks since boot.
_GROUP, _STARTED = 2, 19


@dataclass(frozen=True)
class Holder:
    """A process of an effect: it holds the workspace's lock and runs in the workspace.

    Attributes:
        leads: True for the leader of its process group: OpenTofu, which its providers follow.
        age: seconds since its start.
    """

    pid: int
    leads: bool
    age: float


def holders(lock: Path) -> list[Holder]:
    """Return the processes of the effect that hold a lock."""
    if not _PROC.is_dir():
        return []
    held = lock.resolve()
    pids = [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    return [holder for pid in pids if (holder := _holder(pid, held)) is not None]


def send(found: Sequence[Holder], lock: Path, number: signal.Signals) -> None:
    """Send a signal to those that hold the lock still."""
    held = lock.resolve()
    for holder in found:
        with suppress(ProcessLookupError):
            # INVARIANT: the process is pinned before it is looked at again, so that another one that has got
            # its number is never hit.
            pinned = os.pidfd_open(holder.pid)
            try:
                if _holder(holder.pid, held) is not None:
                    signal.pidfd_send_signal(pinned, number)
            finally:
                os.close(pinned)


def this_process() -> str:
    """Name this process so that another one that gets its number later is told from it: `pid:start`."""
    return f"{os.getpid()}:{_started(os.getpid())}"


def lives(process: str) -> bool:
    """Tell whether a process that was named by `this_process` runs on this machine."""
    pid, _, started = process.partition(":")
    return pid.isdigit() and bool(started) and _started(int(pid)) == started


def _holder(pid: int, held: Path) -> Holder | None:
    process = _PROC / str(pid)
    try:
        # An engine that is about to begin, or that reads what came of it, is elsewhere.
        if not (process / "cwd").readlink().is_relative_to(held.parent) or not _has_open(process, held):
            return None
        fields = _stat(process)
        running = float((_PROC / "uptime").read_text("ascii").split()[0])
    except OSError:
        # It has ended meanwhile, or is somebody else's.
        return None
    age = running - int(fields[_STARTED]) / os.sysconf("SC_CLK_TCK")
    return Holder(pid=pid, leads=int(fields[_GROUP]) == pid, age=max(age, 0.0))


def _has_open(process: Path, file: Path) -> bool:
    return any(entry.readlink() == file for entry in (process / "fd").iterdir())


def _started(pid: int) -> str:
    """Return when a process started, in ticks since boot; empty where it does not run or nothing tells."""
    try:
        return _stat(_PROC / str(pid))[_STARTED]
    except OSError:
        return ""


def _stat(process: Path) -> list[str]:
    return (process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
