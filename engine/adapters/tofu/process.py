"""One child process: its own session, bounds on time, memory and output, and no survivors.

Time runs out or the caller is cancelled: one SIGINT, on which OpenTofu finishes the call in flight and saves
its state, a grace period, then SIGKILL to the process group: a provider outlives a killed OpenTofu.

Where this process itself is killed, the child goes on to its end and saves its state: it writes to files,
where a pipe that nobody reads any more would end it at its next line.
"""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL
from typing import Final

import anyio
import anyio.to_thread
from anyio.abc import Process
from pydantic import BaseModel, ConfigDict

from engine.adapters.tofu.fence import Lock
from engine.adapters.tofu.output import LineSink, Written, look_again, opened
from engine.core.errors import NotSetUp, RunnerFailed
from engine.core.limits import CHILD_MEMORY_MAX_BYTES, CHILD_OUTPUT_MAX_BYTES, INTERRUPT_GRACE_SECONDS
from engine.ports.runner import Stop

if sys.platform == "linux":
    from resource import RLIMIT_AS, RLIMIT_CORE, prlimit

_PRIVATE_UMASK: Final = 0o077
_LAST_WORDS_SECONDS: Final = 5.0


class Completed(BaseModel):
    """A child that has ended: exit status (negative for a signal), output, and how it came to its end.

    Attributes:
        stopped: it was asked to stop while it ran.
    """

    model_config = ConfigDict(frozen=True)

    status: int
    stdout: str
    stderr: str
    timed_out: bool
    stopped: bool = False


async def run_child(  # noqa: PLR0913 - each is given by name and bounds or hears the one child
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    timeout: float,  # noqa: ASYNC109 - the bound is the child's, and ends it politely
    on_line: LineSink | None = None,
    kept_as: str | None = None,
    lock: Lock | None = None,
    stop: Stop | None = None,
) -> Completed:
    """Run a child to its end; `on_line` receives each line of its output as it comes.

    The output stays in the folder under the name `kept_as`, where one is given, whatever becomes of us.
    The child and its children inherit `lock`; it is passed on to them once they run.

    Once `stop` comes the child is interrupted, once, and has the rest of its time to end.

    Raises:
        NotSetUp: the executable cannot be started.
        RunnerFailed: the child wrote more than 256 MiB.
    """
    with ExitStack() as files:
        try:
            output = Written(files.enter_context(opened(folder, kept_as)))
            errors = Written(files.enter_context(opened(folder, None)))
            process = await _start(arguments, folder, environment, (output, errors), lock)
        except OSError as error:
            raise NotSetUp(
                f"{arguments[0]} does not start: {error.strerror}",
                hint="`intent doctor` says what is missing",
            ) from error
        attended = await _attend(process, output, errors, timeout, on_line, stop)
        if output.overflows or errors.overflows:
            raise RunnerFailed(f"the child wrote more than {CHILD_OUTPUT_MAX_BYTES} bytes and was stopped")
        return Completed(
            status=await process.wait(),
            stdout=await anyio.to_thread.run_sync(output.text),
            stderr=await anyio.to_thread.run_sync(errors.text),
            timed_out=attended.timed_out,
            stopped=attended.stopped,
        )


async def _start(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    outputs: tuple[Written, Written],
    lock: Lock | None,
) -> Process:
    process = await anyio.open_process(
        list(arguments),
        cwd=folder,
        env=dict(environment),
        start_new_session=True,
        umask=_PRIVATE_UMASK,
        stdin=DEVNULL,  # nothing may ask questions
        stdout=outputs[0].file,
        stderr=outputs[1].file,
        pass_fds=() if lock is None else (lock.descriptor,),
    )
    if lock is not None:
        lock.passed_on()
    return process


@dataclass
class _Attended:
    timed_out: bool = False
    stopped: bool = False


async def _attend(  # noqa: PLR0913, PLR0917 - as above; one caller
    process: Process,
    output: Written,
    errors: Written,
    timeout: float,  # noqa: ASYNC109 - as above
    on_line: LineSink | None,
    stop: Stop | None,
) -> _Attended:
    """See a child to its end, and tell how it came to it."""
    ended = anyio.Event()
    attended = _Attended()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_bound_output, process, (output, errors), ended)
        if on_line is not None:
            tasks.start_soon(output.tell, on_line, ended)
        try:
            _bound_memory(process.pid)
            with anyio.move_on_after(timeout) as limit:
                await _wait(process, stop, attended)
        finally:
            with anyio.CancelScope(shield=True):
                await _end(process, politely=not attended.stopped)
            ended.set()
        # Nobody of the group can write any more; a listener who does not take it is not waited for.
        tasks.cancel_scope.deadline = anyio.current_time() + _LAST_WORDS_SECONDS
    attended.timed_out = limit.cancelled_caught
    return attended


async def _wait(process: Process, stop: Stop | None, attended: _Attended) -> None:
    """Wait for the end of a child, and interrupt it once where somebody asks for that."""

    async def interrupt(asked: Stop) -> None:
        await asked.wait()
        # INVARIANT: one interrupt and no second one, which would make OpenTofu drop the call in flight.
        if process.returncode is None:
            attended.stopped = True
            process.send_signal(signal.SIGINT)

    async with anyio.create_task_group() as tasks:
        if stop is not None:
            tasks.start_soon(interrupt, stop)
        await process.wait()
        tasks.cancel_scope.cancel()


async def _bound_output(process: Process, outputs: Sequence[Written], ended: anyio.Event) -> None:
    """Kill a child that writes more than it may, also while a cancelled caller waits for its end."""
    with anyio.CancelScope(shield=True):
        while not ended.is_set():
            if any(output.overflows for output in outputs):
                _kill_group(process)
                return
            await look_again(ended)


async def _end(process: Process, *, politely: bool) -> None:
    """Stop what still runs, unless it was told to already, and kill what is left of the group."""
    if process.returncode is None:
        if politely:
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
