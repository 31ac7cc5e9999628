"""An engine that dies where it is told to: the program of a child process, and the points where it can die.

A point is passed just before and just after each commit of a transaction that writes, just before OpenTofu is
told to apply, just after it has, and at each line of progress that is heard of it. Which point ends it is
`script`'s business, what is left then `judge`'s.
"""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

from engine.ports.clock import Clock
from engine.ports.store import Store, Transaction
from engine.service.services import Services

# Reading methods of the repositories; any other one writes.
_READS: Final = frozenset(
    {"find", "find_by_key", "list", "versions", "input", "page", "count", "entries", "head", "load"}
    | {"bonds", "by_hand", "steps", "events", "last", "open"}
)


@dataclass
class Fate:
    """The points that an engine passes, and the one that ends it.

    Attributes:
        deadly: the number of the point, from 1; 0 for none.
        armed: False as long as points are not counted.
        passed: the points so far, by what they are.
    """

    deadly: int = 0
    armed: bool = False
    passed: list[str] = field(default_factory=list)

    def point(self, what: str) -> None:
        """Pass a point, or die at it as a process does that is killed: nothing is run any more."""
        if not self.armed:
            return
        self.passed.append(what)
        if len(self.passed) == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    async def hear(self, text: str) -> None:
        """Hear of progress."""
        self.point(f"heard {text}")


def mortal(services: Services, fate: Fate, later_seconds: float = 0.0) -> Services:
    """Return services that pass points; their clock is ahead by some seconds, so that leases have lapsed."""
    return replace(
        services,
        store=_Store(services.store, fate),
        runner=_Runner(services.runner, fate),
        clock=_Later(services.clock, timedelta(seconds=later_seconds)),
    )


@dataclass(frozen=True)
class _Later:
    clock: Clock
    by: timedelta

    def now(self) -> datetime:
        return self.clock.now() + self.by


@dataclass(frozen=True)
class _Store:
    store: Store
    fate: Fate

    def transaction(self) -> AbstractAsyncContextManager[Transaction, None]:
        # The type of the generator cannot say that it swallows no exception.
        return cast("AbstractAsyncContextManager[Transaction, None]", self._transaction())

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        written: list[str] = []
        async with self.store.transaction() as transaction:
            yield cast("Transaction", _Watched(transaction, written))
            if written:
                self.fate.point(f"before commit of {' '.join(written)}")
        if written:
            self.fate.point(f"after commit of {' '.join(written)}")


class _Watched:
    """A transaction whose repositories note what is written."""

    def __init__(self, transaction: Transaction, written: list[str]) -> None:
        self._transaction = transaction
        self._written = written

    def __getattr__(self, name: str) -> Any:
        return _WatchedRepository(getattr(self._transaction, name), name, self._written)


class _WatchedRepository:
    def __init__(self, repository: Any, name: str, written: list[str]) -> None:
        self._repository = repository
        self._name = name
        self._written = written

    def __getattr__(self, method: str) -> Any:
        if method not in _READS:
            self._written.append(f"{self._name}.{method}")
        return getattr(self._repository, method)


class _Runner:
    """A runner that passes a point before each apply."""

    def __init__(self, runner: Any, fate: Fate) -> None:
        self._runner = runner
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runner, name)

    @asynccontextmanager
    async def open(self, *arguments: Any, **named: Any) -> AsyncIterator[Any]:
        async with self._runner.open(*arguments, **named) as run:
            yield _Run(run, self._fate)


class _Run:
    def __init__(self, run: Any, fate: Fate) -> None:
        self._run = run
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        return getattr(self._run, name)

    async def apply(self, *arguments: Any, **named: Any) -> Any:
        self._fate.point("before apply")
        applied = await self._run.apply(*arguments, **named)
        self._fate.point("after apply")
        return applied
