"""The processes that run in a folder, whoever started them, and waiting for their end."""

import os
import select
from collections.abc import Iterable
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")


def running_in(folder: Path) -> dict[int, str]:
    """Return the processes that run in a folder, by id, with the names of their executables."""
    found = {}
    for entry in PROC.iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink() == folder:
                found[int(entry.name)] = (entry / "exe").readlink().name
        except OSError:
            # It has ended meanwhile, or is not ours.
            continue
    return found


def ended(processes: Iterable[int], seconds: float) -> bool:
    """Wait until none of these processes runs any more; one that nobody has waited for does not."""
    return all(_ended(pid, seconds) for pid in processes)


def _ended(pid: int, seconds: float) -> bool:
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return select.select([watched], [], [], seconds)[0] == [watched]
    finally:
        os.close(watched)
