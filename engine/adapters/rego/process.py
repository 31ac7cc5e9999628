"""The evaluator's end of one worker process: start, ask within a time, stop. Knows nothing of policies."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from engine.adapters.rego.wire import HEADER, Message, decode, encode
from engine.core.limits import POLICY_ANSWER_MAX_BYTES

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

# A worker ends itself when its time is over; this much later it is stopped from outside. It also covers the
# start of a worker (35 ms on an idle machine).
_GRACE_SECONDS: Final = 5.0
_OUT_OF_TIME: Final = (-signal.SIGALRM, -signal.SIGXCPU)
_FROM_OUTSIDE: Final = (-signal.SIGKILL, -signal.SIGTERM)
_NO_ANSWER: Final = (
    anyio.EndOfStream,
    anyio.IncompleteRead,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    ValueError,
    RecursionError,
)


class WorkerLost(Exception):
    """The worker ended, or was ended, before it answered; `exit_code` is negative for a signal."""

    def __init__(self, *, out_of_time: bool, exit_code: int | None) -> None:
        super().__init__(f"worker lost, exit code {exit_code}")
        self.out_of_time = out_of_time
        self.exit_code = exit_code

    @property
    def was_killed(self) -> bool:
        """Whether somebody else ended the worker: no policy can send these signals."""
        return not self.out_of_time and self.exit_code in _FROM_OUTSIDE


class Worker:
    """One child in a session of its own. Ask one thing at a time."""

    def __init__(self, process: Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a worker talks through pipes")
        self._process = process
        self._requests = process.stdin
        self._answers = BufferedByteReceiveStream(process.stdout)

    @classmethod
    async def start(cls, module: str = "engine.adapters.rego.worker") -> Self:
        """Start a worker with the memory, processor and core bounds that it puts on itself.

        `module` is the full name of the module whose `main` the worker runs (see `serving.serve`).

        Raises:
            WorkerLost: the system starts no process.
        """
        # Shielded: between the child's birth and our knowing it, a cancelled caller would leave an orphan.
        with anyio.CancelScope(shield=True):
            try:
                process = await anyio.open_process(
                    [sys.executable, "-I", "-c", PROGRAM, _CODE_FOLDER, module],
                    stderr=subprocess.DEVNULL,
                    env={"RUST_BACKTRACE": "0"},
                    cwd="/",
                    start_new_session=True,
                )
            except OSError as refused:
                raise WorkerLost(out_of_time=False, exit_code=None) from refused
        return cls(process)

    @property
    def alive(self) -> bool:
        """Whether the child is known to run."""
        return self._process.returncode is None

    async def ask(self, request: Message, seconds: float) -> Message:
        """Return the answer to a request that may take `seconds`.

        Raises:
            WorkerLost: no answer came; the worker is gone. It is gone, too, when the caller is cancelled.
        """
        answer: Message | None = None
        try:
            with anyio.move_on_after(seconds + _GRACE_SECONDS) as limit:
                answer = await self._exchange({**request, "seconds": seconds})
                if answer is None:
                    # Its own exit code, not that of our kill, tells a policy's doing from somebody else's.
                    await self._requests.aclose()
                    await self._process.wait()
        finally:
            if answer is None:
                await self.stop()
        if answer is None:
            exit_code = self._process.returncode
            raise WorkerLost(
                out_of_time=limit.cancelled_caught or exit_code in _OUT_OF_TIME, exit_code=exit_code
            )
        return answer

    async def stop(self) -> None:
        """Kill the worker's whole session and reap it."""
        with anyio.CancelScope(shield=True):
            if self.alive:
                with suppress(ProcessLookupError):  # it ended by itself and was reaped just now
                    os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.aclose()

    async def _exchange(self, request: Message) -> Message | None:
        try:
            await self._requests.send(encode(request))
            (length,) = HEADER.unpack(await self._answers.receive_exactly(HEADER.size))
            if length > POLICY_ANSWER_MAX_BYTES:
                return None
            return decode(await self._answers.receive_exactly(length))
        except _NO_ANSWER:
            return None
