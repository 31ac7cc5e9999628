"""The bounds that a worker puts on itself: the kernel enforces them. It stops no process but its own."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """End the process when the block takes longer, by the clock or by the processor."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    # The limit follows what was used before, so that a worker may serve for as long as it likes.
    processor = int(used.ru_utime + used.ru_stime + seconds) + _CPU_GRACE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (processor, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
