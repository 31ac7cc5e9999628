"""The fence around the effect in one workspace: who may have one, and whether any of one is still going on.

A lock on a file in the workspace (`flock`) is held by everything that acts there. A child inherits it, and so
do its children: it is held for exactly as long as anything of the effect lives, whatever becomes of the
engine that began it. The file's content names the worker and its token: whoever recovers writes another one
under the lock, and removes the plan. A worker that finds a token that is not its own has lost the workspace.

What is done under the lock is other modules' business.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import anyio
from pydantic import BaseModel, ConfigDict, ValidationError

from engine.adapters.tofu.commands import PLAN_FILE
from engine.adapters.tofu.orphans import this_process
from engine.core.errors import Conflict

LOCK_FILE: Final = "effect.lock"
_PRIVATE_FILE: Final = 0o600
_LOOK_SECONDS: Final = 0.05
_TOKEN_BYTES: Final = 16
_CREATE: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC


class Held(Exception):
    """Somebody else holds the lock."""


class Mark(BaseModel):
    """The content of the lock's file.

    Attributes:
        token: of who the workspace belongs to; whoever writes another one takes it away.
        worker: the process that the token is of, as `orphans` names processes.
        begun: True once OpenTofu may have been started to change something; None where that is not known.
    """

    model_config = ConfigDict(frozen=True)

    token: str = ""
    worker: str = ""
    begun: bool | None = None


class Lock:
    """The lock, held until `release`, or until the child that it is passed on to has ended.

    Attributes:
        shared: True to go on holding it beside the child.
    """

    def __init__(self, descriptor: int, *, shared: bool) -> None:
        self.descriptor = descriptor
        self._shared = shared
        self._open = True

    def passed_on(self) -> None:
        """Leave the lock to the child that has inherited it: a worker that is paused then blocks nobody."""
        if not self._shared:
            self.release()

    def release(self) -> None:
        """Let go; a child that has it keeps it."""
        if self._open:
            self._open = False
            os.close(self.descriptor)


class Fence:
    """The fence of one workspace, from one side: a worker's, or that of whoever takes it away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ours = Mark(token=secrets.token_hex(_TOKEN_BYTES), worker=this_process(), begun=False)

    @property
    def path(self) -> Path:
        """The lock's file."""
        return self._folder / LOCK_FILE

    def begin(self) -> None:
        """Make a new workspace ours.

        Raises:
            OSError: the file cannot be written.
        """
        descriptor = os.open(self.path, _CREATE, _PRIVATE_FILE)
        try:
            _write(descriptor, self._ours)
        finally:
            os.close(descriptor)

    async def hold(self, seconds: float = 0.0) -> Lock:
        """Take our lock, within some seconds; what a child of ours leaves behind may take a moment to end.

        Raises:
            Conflict: the workspace was taken away from us.
        """
        deadline = anyio.current_time() + seconds
        while True:
            try:
                return Lock(self._take(), shared=False)
            except Held:
                if anyio.current_time() >= deadline:
                    raise _taken_away() from None
            await anyio.sleep(_LOOK_SECONDS)

    def note_begun(self, lock: Lock) -> None:
        """Note that OpenTofu is about to be started: whoever recovers has to ask the cloud from now on.

        Raises:
            OSError: that cannot be written; nothing may be started then.
        """
        _write(lock.descriptor, self._ours.model_copy(update={"begun": True}))

    def mark(self) -> Mark:
        """Return what the file says now; nothing where it is absent."""
        try:
            return _decode(self.path.read_bytes())
        except FileNotFoundError:
            return Mark()

    def seize(self) -> tuple[Lock, bool | None]:
        """Take a workspace away from whoever had it; tell whether its effect was begun, None where unknown.

        Raises:
            Held: something of the effect is still going on, or somebody else is recovering.
            OSError: the file cannot be written.
        """
        with _kept(os.open(self.path, _CREATE, _PRIVATE_FILE)) as descriptor:
            _lock(descriptor)
            begun = _read(descriptor).begun
            # INVARIANT: the token goes before the plan does, and both under the lock: a worker that holds the
            # lock and finds its token has its plan.
            _write(descriptor, self._ours.model_copy(update={"begun": begun}))
            (self._folder / PLAN_FILE).unlink(missing_ok=True)
        return Lock(descriptor, shared=True), begun

    def _take(self) -> int:
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            raise _taken_away() from None
        with _kept(descriptor):
            _lock(descriptor)
            self._require_ours(descriptor)
        return descriptor

    def _require_ours(self, descriptor: int) -> None:
        if _read(descriptor).token != self._ours.token:
            raise _taken_away()


@contextmanager
def _kept(descriptor: int) -> Iterator[int]:
    """Close a descriptor where the block does not come to its end."""
    with ExitStack() as undone:
        undone.callback(os.close, descriptor)
        yield descriptor
        undone.pop_all()


def _taken_away() -> Conflict:
    return Conflict(
        "another worker has taken this operation over", field="operation_id", hint="ask for its status"
    )


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Held from None


def _write(descriptor: int, mark: Mark) -> None:
    content = mark.model_dump_json().encode()
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, content, 0)
    os.fsync(descriptor)


def _read(descriptor: int) -> Mark:
    return _decode(os.pread(descriptor, os.fstat(descriptor).st_size, 0))


def _decode(content: bytes) -> Mark:
    try:
        return Mark.model_validate_json(content)
    except ValidationError:
        # It was torn, or made just now: nobody's, and nothing is known.
        return Mark()
