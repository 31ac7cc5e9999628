"""Room for downloads under a lock between processes. What is downloaded is the sources' business."""

import fcntl
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import anyio

from engine.core.errors import NotSetUp
from engine.core.limits import SETUP_LOCK_TIMEOUT_SECONDS
from engine.ports.artifacts import Progress, Step, StepKind

_LOCK: Final = ".setup.lock"
_SCRATCH: Final = ".setup-scratch"
_POLL_SECONDS: Final = 0.2


class LockedFolder:
    """The `Workspace` port in a folder; the lock is the kernel's, so that a killed holder frees it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @asynccontextmanager
    async def reserve(self, progress: Progress) -> AsyncIterator[Path]:
        """Hold the lock and give an empty folder; see the port."""
        descriptor = await self._lock(progress)
        scratch = self._root / _SCRATCH
        try:
            # INVARIANT: only the lock's holder touches the scratch folder; the rest is of a killed run.
            await anyio.to_thread.run_sync(_emptied, scratch)
            yield scratch
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(lambda: shutil.rmtree(scratch, ignore_errors=True))
            os.close(descriptor)

    async def _lock(self, progress: Progress) -> int:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._root / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as failure:
            raise _unusable(self._root, failure) from failure
        with ExitStack() as on_failure:
            on_failure.callback(os.close, descriptor)
            if not _taken(descriptor):
                text = f"another set-up works in {self._root}"
                progress.report(Step(kind=StepKind.WAITING, subject="set-up", text=text))
                await self._wait(descriptor)
            on_failure.pop_all()
        return descriptor

    async def _wait(self, descriptor: int) -> None:
        try:
            with anyio.fail_after(SETUP_LOCK_TIMEOUT_SECONDS):
                # Polling, since a blocking wait in a thread could not be cancelled.
                while not _taken(descriptor):  # noqa: ASYNC110 - no event tells of another process
                    await anyio.sleep(_POLL_SECONDS)
        except TimeoutError as failure:
            raise NotSetUp(
                f"another set-up has held {self._root} for {SETUP_LOCK_TIMEOUT_SECONDS:.0f} s",
                hint="end it, then run `intent setup` again",
            ) from failure


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _emptied(folder: Path) -> None:
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
    except OSError as failure:
        raise _unusable(folder, failure) from failure


def _unusable(folder: Path, failure: OSError) -> NotSetUp:
    return NotSetUp(
        f"{folder} cannot be used for downloads: {failure.strerror}",
        hint="make the folder writable, or name another one in the settings",
    )
