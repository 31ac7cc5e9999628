"""The bounds that a worker puts on itself: the kernel enforces them. It stops no process but its own."""

import resource
import signal
import time
from typing import Final

from engine.core.limits import POLICY_WORKER_MEMORY_BYTES

# The kernel counts processor time in whole seconds: the alarm is the sharp bound, this one a second line.
_CPU_GRACE_SECONDS: Final = 2


def bound_process() -> None:
    """Bound memory, forbid core files, and let the signals that end a late request do so.

    To be called before the engine is imported: its allocator reserves a gigabyte of addresses where it may,
    and no bound takes back what is reserved.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (POLICY_WORKER_MEMORY_BYTES, POLICY_WORKER_MEMORY_BYTES))
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in (signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)


class Limit:
    """The time that the process may take for one piece of work: it ends when that takes longer."""

    def __init__(self) -> None:
        self._processor_seconds = 0

    def begin(self, seconds: float) -> None:
        """Let the process live for `seconds`, by the clock and by the processor, unless `end` comes first."""
        # The limit follows what was used before, so that a worker may serve for as long as it likes.
        processor_seconds = int(time.process_time() + seconds) + _CPU_GRACE_SECONDS
        if processor_seconds != self._processor_seconds:
            hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
            resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, hard))
            self._processor_seconds = processor_seconds
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def end(self) -> None:
        """Let the process live on."""
        signal.setitimer(signal.ITIMER_REAL, 0)
