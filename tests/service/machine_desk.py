"""What the rules of the state machine act with: a portal to the engines, and what is known beside them."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, ClassVar, Final, TypeVar

import anyio
from anyio.from_thread import BlockingPortal
from hypothesis.stateful import RuleBasedStateMachine, initialize

from engine.core.errors import EngineError
from engine.core.operations.operation import Operation, OperationKind
from engine.core.operations.states import OperationState
from engine.core.resources import Resource
from engine.service.resume import resume
from engine.testing.engines import ALLOW, DENY, REVIEW, UNDECIDED
from engine.testing.runners import Fault
from tests.service.machine_checks import Watcher, require_agreement
from tests.service.machine_stage import Fate, Stage, Worker
from tests.service.world import ADA

T = TypeVar("T")
TWO: Final = "package intent # wants two of three"
NAMED: Final = ("bob", "carol", "dan")
SOURCES: Final = (ALLOW, ALLOW, DENY, REVIEW, UNDECIDED, TWO, TWO)
FATES: Final = (
    *[Fate()] * 40,
    *(Fate(at=m, how="stall") for m in ("plan", "planned", "begin", "apply", "applied")),
    *(Fate(at=m, how="die") for m in ("plan", "planned", "begin", "apply", "applied")),
    *(Fate(at=m, how="fail") for m in ("plan", "planned")),
    *(Fate(at=n, how="die", late=late) for n in range(2, 11) for late in (True, False)),
    *(Fate(at=n, how="fail", late=late) for n in range(2, 11) for late in (True, False)),
    *(Fate(at=n, how="stall", late=True) for n in range(2, 11)),
    *(Fate(fault=Fault(effect=effect, known=known)) for effect in (True, False) for known in (True, False)),
    *(Fate(fault=Fault(effect=effect, known=False, trace=False)) for effect in (True, False)),
)


class Desk(RuleBasedStateMachine):
    """The stage, and what the model knows of it.

    Attributes:
        driven: how many steps were driven, over all runs.
        reached: in which states operations were seen, and which fates were met.
        consents: who has approved, by operation and decision.
        excused: objects of which nobody has to keep a record any more, or that were removed by hand.
        stalled: workers that stand still.
    """

    portal: ClassVar[BlockingPortal]
    driven: ClassVar[int] = 0
    reached: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        """Open an empty stage."""
        self.stage = self.portal.call(Stage.open)
        self.world = self.stage.world
        self.world.engine.evaluator.answers(
            TWO, {"review": [{"msg": "two", "approvals": 2, "approvers": list(NAMED)}]}
        )
        self.watcher = Watcher()
        self.sources: list[str] = []
        self.stalled: list[tuple[Worker, Future[None]]] = []
        self.consents: dict[tuple[str, str], set[str]] = {}
        self.excused: set[tuple[str, str]] = set()

    def call(self, act: Callable[[], Awaitable[T]]) -> T:
        """Do something in the engines' event loop."""
        return self.portal.call(act)

    def attempt(self, act: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
        """Do something that may be refused; None where it was."""
        try:
            return self.call(act)
        except EngineError:
            return None

    def operations(self) -> Sequence[Operation]:
        """Return all operations, newest first."""
        return list(reversed(self.stage.store.tables.operations.values()))

    def living(self) -> dict[str, Resource]:
        """Return the resources as remembered."""
        newest = [versions[-1] for versions in self.stage.store.tables.resources.values()]
        return {r.resource_id: r for r in newest if not r.gone}

    def pick(self, n: int, states: Collection[OperationState]) -> Operation | None:
        """Return one of the operations in some states."""
        found = [o for o in self.operations() if o.state in states]
        return found[n % len(found)] if found else None

    def carry_on(self, operation: Operation, engine: int, fate: Fate) -> None:
        """Let a worker go on with an operation where it may be gone on with."""
        resumed = partial(resume, self.stage.engines[engine], ADA, operation.id)
        if operation.state is OperationState.QUEUED or self.attempt(resumed) is not None:
            self.work(engine, operation.id, fate)

    def work(self, engine: int, operation_id: str, fate: Fate) -> None:
        """Let a worker carry an operation out until it ends or stands still."""
        worker = self.call(partial(self._worker, engine, operation_id, fate))
        self.follow(worker, self.portal.start_task_soon(worker.work))

    def follow(self, worker: Worker, future: Future[None]) -> None:
        """Wait until a worker rests, and see what came of it."""
        self.call(worker.rest)
        # One that stands still may have come to its last commit.
        self._forgotten(worker.operation_id)
        if worker.stalled:
            self.stalled.append((worker, future))
            self.reached["stalled"] += 1
            return
        future.result(20)
        self.reached["died"] += worker.died
        self.reached["refused"] += worker.error is not None

    def demand(self, operation: Operation) -> tuple[int, tuple[str, ...]]:
        """Return how many approvals an operation needs, and whose, as the model has it."""
        _, decision, _ = self.stage.store.tables.decisions[operation.decision_id or ""]
        source = self.sources[decision.policies[0].version - 1]
        return (2, NAMED) if source == TWO else (1, ())

    def seconds_waited(self, operation: Operation) -> float:
        """Return how long ago an operation was decided."""
        since = operation.decided_at or operation.created_at
        return (self.world.services.clock.now() - since).total_seconds()

    def look(self) -> None:
        """Check everything that must hold after each step."""
        tables = self.stage.store.tables
        self.watcher.look(tables)
        operations = tables.operations.values()
        self.reached.update({o.state.value for o in operations})
        about = {o.id: o.resource_id for o in operations}
        made: dict[tuple[str, str], str] = {}
        for operation_id, writes in self.stage.writes.of.items():
            verbs = Counter(verb for verb, _, _ in writes)
            assert max(verbs.values()) == 1, "an effect is made once"
            assert self.stage.applies[operation_id] <= self.watcher.permits(operation_id)
            made.update(
                {(kind, name): about[operation_id] for verb, kind, name in writes if verb == "create"}
            )
        there = {place: made[place] for place in self.world.engine.cloud.objects}
        require_agreement(operations, self.living(), there, self.excused)

    async def quiet(self) -> None:
        """Let workers that hear of something come to rest."""
        for _ in range(200):
            await anyio.lowlevel.checkpoint()

    async def go_on(self, worker: Worker, killed: bool) -> None:  # noqa: FBT001 - as the rule draws it
        """Wake a worker."""
        worker.go_on(killed=killed)

    async def _worker(self, engine: int, operation_id: str, fate: Fate) -> Worker:
        return self.stage.worker(engine, operation_id, fate)

    def _forgotten(self, operation_id: str) -> None:
        """Excuse what an eject left in the cloud."""
        operation = self.stage.store.tables.operations[operation_id]
        if operation.kind is OperationKind.EJECT and operation.state is OperationState.FINISHED:
            left = (operation.current_state or {}).get("id")
            self.excused.add((operation.resource_type, str(left)))
