"""Carrying operations out in the background, and waiting for them as long as the caller wants to."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio
from anyio.abc import TaskGroup

from engine.core.auth.principals import Principal
from engine.core.errors import EngineError
from engine.core.operations.states import OperationState
from engine.ports.runner import Progress
from engine.service.report import OperationReport, report
from engine.service.run import run
from engine.service.services import Services
from server.unexpected import places

_LOG = logging.getLogger(__name__)
_RUNNABLE = {
    OperationState.QUEUED,
    OperationState.READY_FOR_EXECUTION,
    OperationState.STOPPED,
    OperationState.INTERRUPTED,
}


class _Running:
    """One operation under way: who listens, whether it has ended, and what kept it from starting."""

    def __init__(self) -> None:
        self.ended = anyio.Event()
        self.error: Exception | None = None
        self._listeners: list[Progress] = []

    @contextmanager
    def heard_by(self, listener: Progress) -> Iterator[None]:
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    async def tell(self, text: str) -> None:
        for listener in tuple(self._listeners):
            await listener(text)


class Desk:
    """Runs operations; each goes on to its end although nobody may wait for it any more."""

    def __init__(self, services: Services, tasks: TaskGroup) -> None:
        self.services = services
        self._tasks = tasks
        self._running: dict[str, _Running] = {}

    async def carry_out(
        self, principal: Principal, operation_id: str, wait: float | None, progress: Progress
    ) -> OperationReport:
        """Start an operation unless it runs here already; wait, and report it as it stands then.

        `wait` is in seconds, None for as long as it takes. `progress` hears what happens while waiting.

        Raises:
            EngineError: the operation could not be taken up; see `engine.service.run`.
            Exception: a bug of ours ended it; its record says how far it came.
        """
        stands = await report(self.services, principal, operation_id)
        if stands.operation.state not in _RUNNABLE and operation_id not in self._running:
            return stands
        running = self._join(principal, operation_id)
        with running.heard_by(progress), anyio.move_on_after(wait):
            await running.ended.wait()
        if running.error is not None:
            raise running.error
        return await report(self.services, principal, operation_id)

    def _join(self, principal: Principal, operation_id: str) -> _Running:
        """Return the run of an operation, begun now unless it is under way."""
        running = self._running.get(operation_id)
        if running is None:
            running = self._running[operation_id] = _Running()
            self._tasks.start_soon(self._run, principal, operation_id, running)
        return running

    async def _run(self, principal: Principal, operation_id: str, running: _Running) -> None:
        try:
            await run(self.services, operation_id, running.tell, principal.key)
        except EngineError as error:
            running.error = error
        except Exception as bug:  # noqa: BLE001  # one operation that breaks off must not end the others
            _LOG.error("operation %s broke off: %s", operation_id, places(bug))
            running.error = bug
        finally:
            del self._running[operation_id]
            running.ended.set()


@asynccontextmanager
async def open_desk(services: Services) -> AsyncIterator[Desk]:
    """Open a desk; leaving it waits until everything that was begun has ended."""
    refused: EngineError | None = None
    async with anyio.create_task_group() as tasks:
        try:
            yield Desk(services, tasks)
        except EngineError as error:
            # Raised below: a task group would wrap it.
            refused = error
    if refused is not None:
        raise refused
