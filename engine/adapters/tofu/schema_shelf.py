"""Where cached schemas lie, one file for each binary of a provider, and whose turn it is to write one.

    HOST/NAMESPACE/NAME/VERSION/PLATFORM.SHA256.schema

What is in the files is `schema_file`'s.
"""

import fcntl
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread

from engine.adapters.tofu.schema_file import write
from engine.adapters.tofu.schema_text import parts
from engine.core.errors import NotSetUp, RunnerFailed
from engine.core.limits import SCHEMA_CACHE_MAX_BYTES, SCHEMA_WAIT_SECONDS
from engine.ports.mirror import ProviderPackage

_SUFFIX: Final = ".schema"
_LOCK: Final = "lock"
_LOOK_SECONDS: Final = 0.05
_PRIVATE: Final = 0o700
_PRIVATE_FILE: Final = 0o600


def subject(package: ProviderPackage) -> str:
    """Return what the file of a package says that it is about."""
    return f"{package.pin.address.full} {package.pin.version} {package.platform} {package.sha256}"


class SchemaShelf:
    """The files below a folder, at most `limit` bytes of them."""

    def __init__(self, root: Path, limit: int = SCHEMA_CACHE_MAX_BYTES) -> None:
        self._root = root
        self._limit = limit

    def path(self, package: ProviderPackage) -> Path:
        """Return where the schema of a package belongs; another binary belongs elsewhere."""
        address = package.pin.address
        place = (address.host.replace(":", "_"), address.namespace, address.name, str(package.pin.version))
        return self._root.joinpath(*place, f"{package.platform}.{package.sha256}{_SUFFIX}")

    @asynccontextmanager
    async def turn(self, package: ProviderPackage) -> AsyncIterator[Path]:
        """Be the only one, over all processes, that writes the schema of a version; yields an empty folder.

        The folder is private, and gone afterwards.

        Raises:
            NotSetUp: the cache cannot be written.
            RunnerFailed: another process has had the turn for 15 minutes.
        """
        folder = self.path(package).parent
        scratch = folder / package.platform
        try:
            folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE_FILE)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            # INVARIANT: who has not got the turn touches nothing, for another one is at work there.
            await _lock(descriptor)
            try:
                self._empty(scratch)
                yield scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
        finally:
            os.close(descriptor)

    async def keep(self, package: ProviderPackage, document: str) -> None:
        """Keep what OpenTofu said of a package; for whoever has the turn.

        Raises:
            NotSetUp: the cache cannot be written.
            RunnerFailed: OpenTofu said something else than a schema.
        """
        try:
            await anyio.to_thread.run_sync(self._keep, package, document)
        except OSError as error:
            raise self._unwritable(error) from error
        except (ValueError, RecursionError) as error:
            raise RunnerFailed(
                f"OpenTofu printed no schema of {package.pin} that can be read",
                hint="check it with `intent doctor`",
            ) from error

    def tidy(self, package: ProviderPackage) -> None:
        """Remove what other binaries of the version left, and the oldest files beyond the bound; ours stays.

        Raises:
            OSError: the cache cannot be read or written.
        """
        ours = self.path(package)
        for path in ours.parent.glob(f"{package.platform}.*"):
            if path != ours:
                path.unlink(missing_ok=True)
        found = []
        for path in self._root.glob(f"*/*/*/*/*{_SUFFIX}"):
            # Whoever has the turn of another version removes files, too.
            with suppress(FileNotFoundError):
                found.append((path, path.stat()))
        excess = sum(stat.st_size for _, stat in found) - self._limit
        for path, stat in sorted(found, key=lambda each: each[1].st_mtime_ns):
            if excess > 0 and path != ours:
                path.unlink(missing_ok=True)
                excess -= stat.st_size

    def _empty(self, scratch: Path) -> None:
        """Make a private folder in the place of what a process that was killed has left behind."""
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            scratch.mkdir(mode=_PRIVATE)
        except OSError as error:
            raise self._unwritable(error) from error

    def _keep(self, package: ProviderPackage, document: str) -> None:
        write(self.path(package), subject(package), parts(document, package.pin.address.full))
        self.tidy(package)

    def _unwritable(self, error: OSError) -> NotSetUp:
        return NotSetUp(
            f"the schema cache {self._root} cannot be written: {error.strerror}",
            hint="make it writable, or set INTENT_HOME to a folder that is",
        )


async def _lock(descriptor: int) -> None:
    with anyio.move_on_after(SCHEMA_WAIT_SECONDS):
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                # Polling, since a blocking wait in a thread could not be cancelled.
                await anyio.sleep(_LOOK_SECONDS)
            else:
                return
    raise RunnerFailed(
        f"another process has asked for the same schema for {SCHEMA_WAIT_SECONDS:.0f} seconds",
        hint="end it, then try again",
    )
