"""One child process: its own session, bounds on time, memory and output, and no survivors.

Time runs out or the caller is cancelled: one SIGINT, on which OpenTofu finishes the call in flight and saves
its state, a grace period, then SIGKILL to the process group: a provider outlives a killed OpenTofu.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL
from typing import Final

import anyio
from anyio.abc import ByteReceiveStream, Process
from pydantic import BaseModel, ConfigDict

from engine.core.errors import NotSetUp, RunnerFailed
from engine.core.limits import CHILD_MEMORY_MAX_BYTES, CHILD_OUTPUT_MAX_BYTES, INTERRUPT_GRACE_SECONDS

if sys.platform == "linux":
    from resource import RLIMIT_AS, RLIMIT_CORE, prlimit

LineSink = Callable[[str], Awaitable[None]]
_PRIVATE_UMASK: Final = 0o077
_LAST_WORDS_SECONDS: Final = 5.0


class Completed(BaseModel):
    """A child that has ended: exit status (negative for a signal), output, and whether time ran out."""

    model_config = ConfigDict(frozen=True)

    status: int
    stdout: str
    stderr: str
    timed_out: bool


async def run_child(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    timeout: float,  # noqa: ASYNC109 - the bound is the child's, and ends it politely
    on_line: LineSink | None = None,
) -> Completed:
    """Run a child to its end; `on_line` receives each line of its output as it comes.

    Raises:
        NotSetUp: the executable cannot be started.
        RunnerFailed: the child wrote more than 256 MiB.
    """
    try:
        process = await anyio.open_process(
            list(arguments),
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
            umask=_PRIVATE_UMASK,
            stdin=DEVNULL,  # nothing may ask questions
        )
    except OSError as error:
        raise NotSetUp(
            f"{arguments[0]} does not start: {error.strerror}", hint="`intent doctor` says what is missing"
        ) from error
    return await _attend(process, timeout, on_line)


async def _attend(process: Process, timeout: float, on_line: LineSink | None) -> Completed:  # noqa: ASYNC109 - as above
    output, errors = _Collected(process, on_line), _Collected(process, None)
    timed_out = False
    try:
        _bound_memory(process.pid)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(output.drain, process.stdout)
            tasks.start_soon(errors.drain, process.stderr)
            with anyio.move_on_after(timeout) as limit:
                await process.wait()
            timed_out = limit.cancelled_caught
            await _end(process)
            # Nobody of the group can write any more; a stranger who holds the pipe is not waited for.
            tasks.cancel_scope.deadline = anyio.current_time() + _LAST_WORDS_SECONDS
    finally:
        with anyio.CancelScope(shield=True):
            await _end(process)
            await process.aclose()
    if output.overflow or errors.overflow:
        raise RunnerFailed(f"the child wrote more than {CHILD_OUTPUT_MAX_BYTES} bytes and was stopped")
    status = process.returncode if process.returncode is not None else -signal.SIGKILL
    return Completed(status=status, stdout=output.text, stderr=errors.text, timed_out=timed_out)


class _Collected:
    """One stream of a child as it comes in, split into lines; beyond the bound the child is killed."""

    def __init__(self, process: Process, on_line: LineSink | None) -> None:
        self._process = process
        self._on_line = on_line
        self._chunks: list[bytes] = []
        self._size = 0
        self._rest = b""
        self.overflow = False

    async def drain(self, stream: ByteReceiveStream | None) -> None:
        if stream is None:
            return
        async for chunk in stream:
            self._size += len(chunk)
            if self._size > CHILD_OUTPUT_MAX_BYTES:
                self.overflow = True
                _kill_group(self._process)
                return
            self._chunks.append(chunk)
            if self._on_line is not None:
                *lines, self._rest = (self._rest + chunk).split(b"\n")
                for line in lines:
                    await self._on_line(line.decode("utf-8", "replace"))

    @property
    def text(self) -> str:
        return b"".join(self._chunks).decode("utf-8", "replace")


async def _end(process: Process) -> None:
    """Stop what still runs, politely first, and kill what is left of the group."""
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
        with anyio.move_on_after(INTERRUPT_GRACE_SECONDS):
            await process.wait()
    # INVARIANT: no process of the group outlives this call; a provider survives a killed OpenTofu otherwise.
    _kill_group(process)
    await process.wait()


def _kill_group(process: Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _bound_memory(pid: int) -> None:
    """Bound a child's memory where the system can do that to a running process (Linux)."""
    if sys.platform == "linux":
        try:
            prlimit(pid, RLIMIT_AS, (CHILD_MEMORY_MAX_BYTES, CHILD_MEMORY_MAX_BYTES))
            prlimit(pid, RLIMIT_CORE, (0, 0))
        except ProcessLookupError:
            # It has ended already; there is nothing left to bound.
            return
