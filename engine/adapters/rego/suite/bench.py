"""One worker of a test run and the world that it holds; what is lost is replaced. Schedules nothing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from engine.adapters.rego.process import Worker, WorkerLost
from engine.adapters.rego.wire import Message
from engine.core.limits import POLICY_CHECK_SECONDS, SUITE_LOAD_SECONDS
from engine.core.policy.policies import Finding
from engine.core.policy.suite.worlds import World

_T = TypeVar("_T")

# For each file its lines as the engine counts them, and for each the line of the source that it counts for.
FileLines: TypeAlias = Sequence[tuple[str, Sequence[tuple[int, int]]]]

_PROGRAM: Final = "engine.adapters.rego.suite.worker"


class Terms(NamedTuple):
    """What every test of a run is held to."""

    rego_v0: bool
    coverage: bool
    seconds: float


class Loaded(NamedTuple):
    """What loading a world gave: why it cannot be loaded, or the lines that its modules evaluate."""

    findings: list[Finding]
    lines: FileLines


class Bench:
    """Asks a worker that starts when first needed. For one task at a time; call `aclose` at the end."""

    def __init__(self, texts: Mapping[str, str], terms: Terms) -> None:
        self._texts = texts
        self._terms = terms
        self._worker: Worker | None = None
        self._held: World | None = None

    async def aclose(self) -> None:
        """Stop the worker."""
        worker, self._worker, self._held = self._worker, None, None
        if worker is not None:
            await worker.stop()

    async def declare(self, file: str) -> Message | list[Finding]:
        """Return what a module declares, or why it cannot be loaded."""
        request = {"do": "declare", "file": file, "source": self._texts[file], "rego_v0": self._terms.rego_v0}
        try:
            answer = await _twice(lambda: self._ask(request, POLICY_CHECK_SECONDS))
        except (WorkerLost, _TooLong) as lost:
            return [_lost(file, lost)]
        return _findings(answer) if "flaws" in answer else answer

    async def hold(self, world: World) -> Loaded:
        """Load a world."""
        try:
            return await _twice(lambda: self._load(world))
        except (WorkerLost, _TooLong) as lost:
            return Loaded([_lost(", ".join(module.file for module in world.modules), lost)], ())

    async def run(self, world: World, package: Sequence[str], path: Sequence[str], shape: str) -> Message:
        """Return what came of one test of a world that can be held; a lost worker is its error."""
        request = {"do": "run", "package": package, "path": path, "shape": shape}

        async def held_and_run() -> Message:
            if self._held is not world or self._worker is None or not self._worker.ready:
                await self._load(world)
            return await self._ask(request, self._terms.seconds)

        try:
            return await _twice(held_and_run)
        except (WorkerLost, _TooLong) as lost:
            words = _words(lost, self._terms.seconds)
            nothing: list[Any] = []
            return {
                "outcome": "error",
                "message": words,
                "cases": nothing,
                "duration_ns": 0,
                "output": "",
                "lines": nothing,
            }

    async def explain(self, package: Sequence[str], path: Sequence[str], keys: Sequence[Any] | None) -> str:
        """Return why a test that was just run, or one case of it, did not hold; empty where unknown."""
        request = {"do": "explain", "package": package, "path": path, "keys": keys}
        if self._held is None:
            return ""
        try:
            answer = await self._ask(request, self._terms.seconds)
        except (WorkerLost, _TooLong):
            return ""
        return str(answer["message"])

    async def _load(self, world: World) -> Loaded:
        self._held = None
        request = {
            "do": "load",
            "sources": [[module.file, self._texts[module.file], module.is_test] for module in world.modules],
            "documents": [[data.file, data.at, self._texts[data.file]] for data in world.documents],
            "rego_v0": self._terms.rego_v0,
            "coverage": self._terms.coverage,
        }
        answer = await self._ask(request, SUITE_LOAD_SECONDS)
        if findings := _findings(answer):
            return Loaded(findings, ())
        self._held = world
        return Loaded([], answer["lines"])

    async def _ask(self, request: Message, seconds: float) -> Message:
        if self._worker is None or not self._worker.ready:
            self._held = None
            self._worker = await Worker.start(_PROGRAM)
        answer = await self._worker.ask(request, seconds)
        if "error" in answer:
            raise _TooLong(answer["error"][2])
        return answer


class _TooLong(Exception):
    """The worker's answer was beyond its bound of bytes; the argument says so."""


async def _twice(work: Callable[[], Awaitable[_T]]) -> _T:
    """Do the work, once more where the worker did not start or somebody else ended it: no test does that."""
    try:
        return await work()
    except WorkerLost as lost:
        if not lost.was_killed and lost.exit_code is not None:
            raise
    return await work()


def _findings(answer: Message) -> list[Finding]:
    names = ("policy", "line", "column", "code", "message", "hint")
    return [Finding(**dict(zip(names, flaw, strict=True))) for flaw in answer["flaws"]]


def _lost(file: str, lost: WorkerLost | _TooLong) -> Finding:
    late = isinstance(lost, WorkerLost) and lost.out_of_time
    words = "it did not load in its time" if late else _words(lost, 0)
    return Finding(policy=file, line=0, column=0, code="load", message=words, hint="simplify the module")


def _words(lost: WorkerLost | _TooLong, seconds: float) -> str:
    if isinstance(lost, _TooLong):
        return str(lost)
    if lost.out_of_time:
        return f"it did not finish in {seconds:g} s"
    if lost.exit_code is None:
        return "the system starts no process to run it in"
    if lost.was_killed:
        return "somebody ended the process that it ran in, twice"
    return "it ended the engine: memory, recursion or a fault of the engine"
