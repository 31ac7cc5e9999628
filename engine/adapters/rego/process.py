"""The asker's end of one worker process: start, ask within a time, stop. Knows nothing of policies."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

import anyio

from engine.adapters.rego.channel import Channel, ChannelBroken
from engine.adapters.rego.wire import Message
from engine.core.limits import POLICY_WORKER_START_SECONDS

# `-I` ignores the environment and the working directory; the one folder that it then lacks is named.
# INVARIANT: the bounds come before the import of the worker's module, which imports the engine.
PROGRAM: Final = """
import importlib, sys
sys.path.append(sys.argv[1])
from engine.adapters.rego.bounds import bound_process
bound_process()
importlib.import_module(sys.argv[2]).main()
"""
_CODE_FOLDER: Final = str(Path(__file__).resolve().parents[3])

# A worker ends itself when its time is over; this much later it is stopped from outside.
_GRACE_SECONDS: Final = 2.0
_OUT_OF_TIME: Final = (-signal.SIGALRM, -signal.SIGXCPU)
_FROM_OUTSIDE: Final = (-signal.SIGKILL, -signal.SIGTERM)
# A request that is out of time and had less than this share of it on the processor waited for the machine.
_BUSY_SHARE: Final = 0.5
# How often an ended child is asked for its exit code: it is there within a moment.
_REAP_SECONDS: Final = 0.001


class WorkerLost(Exception):
    """The worker ended, or was ended, before it answered.

    Attributes:
        exit_code: negative for a signal; None when the system started no process.
        out_of_time: whether a limit of time ended it.
        limit_seconds: the time that the answer was to take at most.
        processor_seconds: what it used of the processor since its answer before.
    """

    def __init__(
        self,
        *,
        exit_code: int | None = None,
        out_of_time: bool = False,
        limit_seconds: float = 0.0,
        processor_seconds: float = 0.0,
    ) -> None:
        super().__init__(f"worker lost, exit code {exit_code}")
        self.exit_code = exit_code
        self.out_of_time = out_of_time
        self.limit_seconds = limit_seconds
        self.processor_seconds = processor_seconds

    @property
    def was_killed(self) -> bool:
        """Whether somebody else ended the worker: no policy can send these signals."""
        return not self.out_of_time and self.exit_code in _FROM_OUTSIDE

    @property
    def by_request(self) -> bool:
        """Whether what was asked ended the worker, and not somebody else or a machine that is too busy."""
        if self.out_of_time:
            return self.processor_seconds >= self.limit_seconds * _BUSY_SHARE
        return self.exit_code is not None and not self.was_killed


class Worker:
    """One child in a session of its own, which talks over a socket. Ask one thing at a time."""

    def __init__(self, child: subprocess.Popen[bytes], channel: Channel) -> None:
        self._child = child
        self._channel = channel
        self._limit_seconds = POLICY_WORKER_START_SECONDS
        # A new worker says once that it serves.
        self._expected = 1
        self._used_seconds = 0.0
        self._used_seconds_at_end = 0.0

    @classmethod
    async def start(cls, module: str = "engine.adapters.rego.worker") -> Self:
        """Start a worker with the memory, processor and core bounds that it puts on itself.

        `module` is the full name of the module whose `main` the worker runs (see `serving.serve`).

        Raises:
            WorkerLost: the system starts no process, or the process does not begin to serve.
        """
        ours, theirs = socket.socketpair()
        answers, written = os.pipe()
        channel = Channel(ours, answers)
        try:
            child = subprocess.Popen(  # noqa: ASYNC220, S603  # back within a millisecond; our own program
                [sys.executable, "-I", "-c", PROGRAM, _CODE_FOLDER, module],
                stdin=theirs.fileno(),
                stdout=written,
                stderr=subprocess.DEVNULL,
                env={"RUST_BACKTRACE": "0"},
                cwd="/",
                start_new_session=True,
            )
        except OSError as refused:
            channel.close()
            raise WorkerLost from refused
        finally:
            theirs.close()
            os.close(written)
        worker = cls(child, channel)
        try:
            await worker.receive()
        except WorkerLost as lost:
            raise WorkerLost from lost
        return worker

    @property
    def ready(self) -> bool:
        """Whether the child is known to run and owes no answer."""
        return self._expected == 0 and self._reap() is None

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    async def ask(self, request: Message, seconds: float) -> Message:
        """Return the one answer to a request that may take `seconds`.

        Raises:
            WorkerLost: no answer came; the worker is gone. It is gone, too, when the caller is cancelled.
        """
        await self.send(request, seconds)
        return await self.receive()

    async def send(self, request: Message, seconds: float, answers: int = 1, text: str = "") -> None:
        """Send a request whose answers may take `seconds` each; they are to be received one by one.

        `text`, ASCII, is what the verb finds as `text` in the request.

        Raises:
            WorkerLost: the worker takes no request and is gone; so it is when the caller is cancelled.
        """
        if self._expected:
            raise ValueError("the worker owes answers")
        self._limit_seconds, self._expected = seconds, answers
        taken = False
        try:
            with anyio.move_on_after(seconds + _GRACE_SECONDS), suppress(ChannelBroken):
                await self._channel.send({**request, "seconds": seconds}, text)
                taken = True
        finally:
            if not taken:
                await self.stop()
        if not taken:
            raise self._lost()

    async def receive(self) -> Message:
        """Return the next answer to what was sent.

        Raises:
            WorkerLost: no answer came; the worker is gone. It is gone, too, when the caller is cancelled.
        """
        # Most answers of several came together; a scope for each would cost as much as its policy.
        answer: Message | None = None
        with suppress(ChannelBroken):
            answer = self._channel.arrived()
        if answer is None:
            answer = await self._awaited()
        self._used_seconds = answer.pop("used")
        self._expected -= 1
        return answer

    async def stop(self) -> None:
        """Kill the worker's whole session and reap it."""
        # Bounded, because a process that waits for a device dies when it likes.
        with anyio.move_on_after(_GRACE_SECONDS, shield=True):
            if self._reap() is None:
                with suppress(ProcessLookupError, PermissionError):  # it ended by itself, just now
                    os.killpg(self._child.pid, signal.SIGKILL)
            await self._end()
        self._channel.close()

    async def _awaited(self) -> Message:
        answer: Message | None = None
        try:
            with anyio.move_on_after(self._limit_seconds + _GRACE_SECONDS) as limit:
                with suppress(ChannelBroken):
                    answer = await self._channel.receive()
                if answer is None:
                    # Its own exit code, not that of our kill, tells a policy's doing from somebody else's.
                    self._channel.close()
                    await self._end()
        finally:
            if answer is None:
                await self.stop()
        if answer is None:
            raise self._lost(out_of_time=limit.cancelled_caught)
        return answer

    async def _end(self) -> None:
        while self._reap() is None:  # noqa: ASYNC110  # the end of a child sets no event
            await anyio.sleep(_REAP_SECONDS)

    def _reap(self) -> int | None:
        """Return the exit code of the child, None while it runs."""
        if self._child.returncode is None:
            pid, status, used = os.wait4(self._child.pid, os.WNOHANG)
            if pid:
                self._child.returncode = os.waitstatus_to_exitcode(status)
                self._used_seconds_at_end = used.ru_utime + used.ru_stime
        return self._child.returncode

    def _lost(self, *, out_of_time: bool = False) -> WorkerLost:
        exit_code = self._reap()
        return WorkerLost(
            exit_code=exit_code,
            out_of_time=out_of_time or exit_code in _OUT_OF_TIME,
            limit_seconds=self._limit_seconds,
            processor_seconds=max(0.0, self._used_seconds_at_end - self._used_seconds),
        )
