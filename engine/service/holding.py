"""A worker's hold on an operation: what tells it to stop. Leases and their renewal are `lease`'s business."""

from collections.abc import Iterator
from contextlib import contextmanager

import anyio

from engine.core.operations.operation import Operation
from engine.core.operations.states import RUNNING_STATES


class Holding:
    """One operation that is worked on here.

    Attributes:
        work: what is cancelled when the operation is to stop. An effect that has begun is shielded from it.
        stop: set at the same moment; a runner that is given it ends its effect politely.
        begun: True from the moment when an effect may have begun.
    """

    def __init__(self) -> None:
        self.work = anyio.CancelScope()
        self.stop = anyio.Event()
        self.begun = False

    def heed(self, stored: Operation) -> None:
        """Stop where somebody has asked for it."""
        if stored.cancellation is not None and stored.state in RUNNING_STATES:
            self.stop.set()
            self.work.cancel()


class Bells:
    """Wakes the workers of this process whose operation's row has something to tell them.

    Those of other processes look at it every few seconds.
    """

    def __init__(self) -> None:
        self._bells: dict[str, anyio.Event] = {}

    @contextmanager
    def listening(self, operation_id: str) -> Iterator[None]:
        """Let `ring` reach the worker of an operation."""
        self._bells[operation_id] = anyio.Event()
        try:
            yield
        finally:
            self._bells.pop(operation_id, None)

    async def rung(self, operation_id: str) -> None:
        """Return once the bell of an operation has rung; it can ring again."""
        await self._bells[operation_id].wait()
        self._bells[operation_id] = anyio.Event()

    def ring(self, operation_id: str) -> None:
        """Ring for the worker of an operation, if it works here."""
        if operation_id in self._bells:
            self._bells[operation_id].set()
