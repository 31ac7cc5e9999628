"""Room for downloads under locks between processes, one a package. Sources do the downloading.

In the mirror's folder: `.locks/` holds a file for each lock, `.scratch/` what runs work in, `.parts/` what is
not complete yet. The locks are the kernel's, so that a killed holder frees them; their files stay.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import anyio

from engine.core.errors import NotSetUp
from engine.core.limits import MIRROR_RECORD_LOCK_SECONDS, SETUP_LOCK_TIMEOUT_SECONDS
from engine.ports.artifacts import Progress, Step, StepKind

SCRATCH: Final = ".scratch"
PARTS: Final = ".parts"
_LOCKS: Final = ".locks"
_RECORD: Final = "record"
_POLL_SECONDS: Final = 0.2
_NAME_CHARS: Final = 32


class LockedFolder:
    """The `Workspace` port in a folder: what is brought at once differs, what is the same waits."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @asynccontextmanager
    async def reserve(self, names: Sequence[str], progress: Progress) -> AsyncIterator[Path]:
        """Hold the lock of each name and give an empty folder; see the port."""
        # INVARIANT: taken in one order everywhere, so that no two runs wait for each other.
        keys = sorted({_key(name) for name in names})
        scratch = self._root / SCRATCH / keys[0]
        with ExitStack() as held:
            for key in keys:
                held.callback(os.close, await self._lock(key, progress))
            try:
                # INVARIANT: only the lock's holder touches this folder; what is there is of a killed run.
                await anyio.to_thread.run_sync(_emptied, scratch)
                yield scratch
                # All is in its place. Before, what has arrived would be missed by the run after a kill.
                await anyio.to_thread.run_sync(self._forget_parts, keys)
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(self._leave, scratch, keys)

    def _leave(self, scratch: Path, keys: Sequence[str]) -> None:
        shutil.rmtree(scratch, ignore_errors=True)
        for key in keys:
            # A folder that holds a part, or that was never made, stays as it is.
            with contextlib.suppress(OSError):
                (self._root / PARTS / key).rmdir()

    def _forget_parts(self, keys: Sequence[str]) -> None:
        for key in keys:
            shutil.rmtree(self._root / PARTS / key, ignore_errors=True)

    async def _lock(self, key: str, progress: Progress) -> int:
        descriptor = _opened(self._root, key)
        with ExitStack() as on_failure:
            on_failure.callback(os.close, descriptor)
            if not _taken(descriptor):
                text = f"another run brings the same in {self._root}"
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
                f"another run has held {self._root} for {SETUP_LOCK_TIMEOUT_SECONDS:.0f} s",
                hint="end it, then run the command again",
            ) from failure


@contextmanager
def record_lock(root: Path) -> Iterator[None]:
    """Hold the lock of a mirror's record and of the places of its packages; for moments, from a thread.

    Raises:
        NotSetUp: the mirror cannot be written, or another holds the lock for too long.
    """
    descriptor = _opened(root, _RECORD)
    try:
        until = time.monotonic() + MIRROR_RECORD_LOCK_SECONDS
        while not _taken(descriptor):
            if time.monotonic() > until:
                raise NotSetUp(
                    f"another run has held the record in {root} for {MIRROR_RECORD_LOCK_SECONDS:.0f} s",
                    hint="end it, then run the command again",
                )
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


def left_behind(root: Path, folder: str) -> Iterator[Path]:
    """Yield what runs that are gone left in a folder, each locked until the next is asked for."""
    for path in sorted((root.absolute() / folder).glob("*")):
        try:
            descriptor = _opened(root, path.name)
        except NotSetUp:
            # Where nothing can be written nobody works; removing it says so.
            yield path
            continue
        try:
            if _taken(descriptor):
                yield path
        finally:
            os.close(descriptor)


def parts_of(root: Path, name: str) -> Path:
    """Return where archives of one name lie until they are complete; it outlives a run that breaks off.

    # INVARIANT: only who holds the lock of the name touches it.
    """
    return root / PARTS / _key(name)


def _key(name: str) -> str:
    # A digest, so that no name makes a path, whatever it holds and however long it is.
    return hashlib.sha256(name.encode()).hexdigest()[:_NAME_CHARS]


def _opened(root: Path, key: str) -> int:
    folder = root / _LOCKS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / key, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as failure:
        raise _unusable(root, failure) from failure


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _emptied(folder: Path) -> None:
    try:
        _removed(folder)
        folder.mkdir(mode=0o700, parents=True)
    except OSError as failure:
        raise _unusable(folder, failure) from failure


def _removed(folder: Path) -> None:
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as failure:
        raise _unusable(folder, failure) from failure


def _unusable(folder: Path, failure: OSError) -> NotSetUp:
    return NotSetUp(
        f"{folder} cannot be used for downloads: {failure.strerror}",
        hint="make the folder writable, or name another one in the settings",
    )
