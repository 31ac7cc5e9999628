"""The stage of the state machine: two engines on one store and one cloud, and the fates of their workers."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Literal, cast, get_args

import anyio

from engine.core.errors import EngineError, ProviderFailed, RunnerFailed, StoreFailed
from engine.ports.runner import Job
from engine.ports.store import Transaction
from engine.service.run import run
from engine.service.services import Services
from engine.testing.runners import Fault, Moment
from engine.testing.stores import MemoryStore
from engine.testing.tables import Tables
from tests.service.machine_checks import require_permission
from tests.service.world import World, new_world

How = Literal["die", "stall", "fail"]
MOMENTS: Final[tuple[Moment, ...]] = get_args(Moment)


class Died(Exception):
    """A worker is no more; nothing that it would have done after this is done."""


@dataclass(frozen=True)
class Fate:
    """What befalls a worker.

    Attributes:
        at: a moment of the runner, or the number of a transaction of the worker, counted from 1.
        how: it dies, or stands still until it is woken or killed, or what it does there fails.
        late: of a transaction, after it was committed.
        fault: how the worker's apply goes wrong.
    """

    at: Moment | int = 0
    how: How = "die"
    late: bool = False
    fault: Fault | None = None


class Worker:
    """One run of one operation by one engine, which meets its fate once.

    Attributes:
        stalled: it stands still, and goes on when it is woken.
        error: what it ended with, where it did not die and could not end well.
    """

    def __init__(self, services: Services, operation_id: str, fate: Fate) -> None:
        self.operation_id = operation_id
        self.fate = fate
        self.stalled = self.ended = self.died = False
        self.error: EngineError | None = None
        self._services = services
        self._transactions = 0
        self._met = False
        self._task = 0
        self._killed = False
        self._rests = anyio.Event()
        self._goes_on = anyio.Event()

    async def work(self) -> None:
        """Carry the operation out, as far as fate lets it come."""
        WORKER.set(self)
        self._task = anyio.get_current_task().id
        try:
            await run(self._services, self.operation_id, _quiet)
        except EngineError as error:
            self.error = error
        except Died:
            self.died = True
        except ExceptionGroup as group:
            self.died = True
            if (rest := group.split(Died)[1]) is not None:
                raise rest from None
        finally:
            self.ended = True
            self._rests.set()

    async def rest(self) -> None:
        """Wait until the worker has ended, or stands still."""
        with anyio.fail_after(20):
            await self._rests.wait()

    def go_on(self, *, killed: bool) -> None:
        """Let a worker that stands still go on, or die there."""
        if self.stalled:
            self._killed, self._rests = killed, anyio.Event()
            self._goes_on.set()

    def works_here(self) -> bool:
        """Tell whether it is its work that goes on now, and not what keeps its lease meanwhile."""
        return anyio.get_current_task().id == self._task

    async def reach(self, moment: Moment) -> None:
        """Meet the fate of a moment of the runner."""
        if self.fate.at == moment:
            await self._meet(ProviderFailed("the provider refused", untrusted="no"))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Meet the fate of a transaction, before it is committed or after."""
        self._transactions += 1
        due = self.fate.at == self._transactions
        yield
        if due and not self.fate.late:
            await self._meet(StoreFailed("the disk is full"), stands=False)

    async def committed(self) -> None:
        """Meet the fate of a transaction that was committed."""
        if self.fate.at == self._transactions and self.fate.late:
            await self._meet(StoreFailed("contact was lost"))

    async def _meet(self, failure: EngineError, *, stands: bool = True) -> None:
        if self._met:
            return
        self._met = True
        if self.fate.how == "fail":
            raise failure
        if self.fate.how == "stall" and stands:
            self.stalled = True
            self._rests.set()
            try:
                await self._goes_on.wait()
            finally:
                self.stalled = False
            if not self._killed:
                return
        raise Died


WORKER: Final[ContextVar[Worker | None]] = ContextVar("worker", default=None)


class FatefulStore:
    """A store in memory in which a worker's transactions may fail, or be its last."""

    def __init__(self) -> None:
        self._inner = MemoryStore()

    @property
    def tables(self) -> Tables:
        """What is stored, to look at: copies for every look would take most of the time."""
        return self._inner._tables  # noqa: SLF001 - a fake of ours, read only

    def transaction(self) -> AbstractAsyncContextManager[Transaction, None]:
        """Open a transaction."""
        return cast("AbstractAsyncContextManager[Transaction, None]", self._transaction())

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        worker = WORKER.get()
        if worker is None or not worker.works_here():
            async with self._inner.transaction() as transaction:
                yield transaction
            return
        async with self._inner.transaction() as transaction, worker.transaction():
            yield transaction
        await worker.committed()


class Writes(list[tuple[str, str, str]]):
    """The effects in a cloud, which keeps in mind for which operation each was."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, list[tuple[str, str, str]]] = {}

    def append(self, write: tuple[str, str, str]) -> None:
        """Keep an effect."""
        super().append(write)
        worker = WORKER.get()
        assert worker is not None, "only workers change the cloud"
        self.of.setdefault(worker.operation_id, []).append(write)


class Stage:
    """Two engines on one machine, their cloud, and what each operation did there.

    Attributes:
        writes: the effects in the cloud, by operation.
        applies: how often an apply of each operation was begun.
    """

    def __init__(self, store: FatefulStore, world: World) -> None:
        self.store = store
        self.world = world
        self.engines = (world.services, replace(world.services, worker="there:2:2"))
        self.writes = Writes()
        world.engine.cloud.writes = self.writes
        self.applies: dict[str, int] = {}
        self.before_effect = partial(require_permission, world)
        self._applying: dict[str, Worker] = {}
        runner: Any = world.engine.runner
        for moment in MOMENTS:
            runner.hooks[moment] = partial(self._reached, moment)
        runner.recover, runner.discard = self._taking(runner.recover), self._taking(runner.discard)

    @classmethod
    async def open(cls) -> "Stage":
        """Return a stage with an empty project."""
        store = FatefulStore()
        return cls(store, await new_world(store))

    def worker(self, engine: int, operation_id: str, fate: Fate) -> Worker:
        """Return a worker that has not begun."""
        return Worker(self.engines[engine], operation_id, fate)

    def _taking(self, call: Any) -> Any:
        """Hold off who takes a workspace while an apply is going on there."""

        async def taking(job: Any, *more: Any, **named: Any) -> Any:
            key = job if isinstance(job, str) else job.key
            current = WORKER.get()
            holder = self._applying.get(key, current)
            if holder is not current and holder is not None and not holder.ended:
                raise RunnerFailed("OpenTofu is still at work", hint="wait for it")
            return await call(job, *more, **named)

        return taking

    async def _reached(self, moment: Moment, job: Job) -> None:
        worker = WORKER.get()
        assert worker is not None, "only workers plan and apply"
        if moment == "apply":
            self._applying[job.key] = worker
            self.applies[job.key] = self.applies.get(job.key, 0) + 1
            await self.before_effect(job.key)
            await worker.reach(moment)
            self.world.engine.runner.fault = worker.fate.fault
            return
        if moment == "applied":
            del self._applying[job.key]
        await worker.reach(moment)


async def _quiet(_text: str) -> None:
    return
