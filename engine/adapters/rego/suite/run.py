"""One run: forms the worlds, shares their tests among the benches, puts the results in order again."""

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeVar

import anyio

from engine.adapters.rego.suite.bench import Bench
from engine.adapters.rego.suite.files import Found
from engine.adapters.rego.suite.verdict import spelt
from engine.adapters.rego.wire import Message
from engine.core.errors import SuiteInvalid
from engine.core.policy.policies import Finding
from engine.core.policy.suite.coverage import Lines, SuiteCoverage, coverage_of
from engine.core.policy.suite.results import CaseOutcome, CaseResult, SuiteReport
from engine.core.policy.suite.worlds import (
    DeclaredTest,
    SuiteData,
    SuiteModule,
    World,
    spelt_path,
    twice_declared,
    worlds_of,
)
from engine.ports.suites import Heard, SuiteRequest

_T = TypeVar("_T")
_S = TypeVar("_S")

# So many tests of one world go to a bench at once: enough to pay for loading it.
_SHARE: Final = 50
_OUTCOMES: Final = {True: CaseOutcome.PASS, False: CaseOutcome.FAIL}


class _Job(NamedTuple):
    """One test; `place` orders it in the report."""

    place: tuple[int, int]
    module: SuiteModule
    test: DeclaredTest


class _Share(NamedTuple):
    world: World
    jobs: Sequence[_Job]


_Placed = tuple[tuple[int, int], tuple[CaseResult, ...]]


class Run:
    """One run over files that were read; for one call of `report`."""

    def __init__(self, request: SuiteRequest, heard: Heard, benches: Sequence[Bench]) -> None:
        self._request = request
        self._heard = heard
        self._benches = benches
        self._findings: list[Finding] = []
        self._origins: dict[str, dict[int, int]] = {}
        self._covered: dict[str, set[int]] = defaultdict(set)
        self._done = self._total = 0

    async def report(self, files: Sequence[Found]) -> SuiteReport:
        """Return the results by file and line.

        Raises:
            SuiteInvalid: something cannot be loaded; all of it is named.
        """
        modules = await self._declare([found for found in files if found.is_rego])
        documents = [SuiteData(found.file, found.folder, found.at) for found in files if not found.is_rego]
        worlds = worlds_of(modules, documents)
        self._findings += [finding for world in worlds for finding in _twice(world)]
        self._refuse()
        shares = list(self._shares(worlds, modules))
        self._total = self._request.count * sum(len(share.jobs) for share in shares)
        served = await _spread(self._benches, shares, self._serve)
        self._refuse()
        placed = sorted((pair for pairs in served for pair in pairs), key=lambda pair: pair[0])
        return SuiteReport(
            results=tuple(result for _, results in placed for result in results),
            coverage=self._coverage() if self._request.coverage else None,
        )

    async def _declare(self, files: Sequence[Found]) -> list[SuiteModule]:
        modules = []
        asked = await _spread(self._benches, files, lambda bench, found: bench.declare(found.file))
        for found, answer in zip(files, asked, strict=True):
            if isinstance(answer, list):
                self._findings += answer
                continue
            tests = tuple(
                DeclaredTest(tuple(path), line, skipped, shape)
                for path, line, skipped, shape in answer["tests"]
            )
            package = tuple(answer["package"])
            modules.append(SuiteModule(found.file, found.folder, package, answer["is_test"], tests))
        return modules

    def _shares(self, worlds: Sequence[World], modules: Sequence[SuiteModule]) -> Iterator[_Share]:
        order = {module.file: number for number, module in enumerate(modules)}
        wanted = re.compile(self._request.pattern)
        for world in worlds:
            jobs = [
                _Job((order[module.file], number), module, test)
                for module in world.modules
                for number, test in enumerate(module.tests)
                if wanted.search(_full_name(module, test))
            ]
            # A world without tests is loaded, too: what is wrong with it is told, its lines count.
            for start in range(0, len(jobs) or 1, _SHARE):
                yield _Share(world, jobs[start : start + _SHARE])

    async def _serve(self, bench: Bench, share: _Share) -> list[_Placed]:
        loaded = await bench.hold(share.world)
        self._findings += [finding for finding in loaded.findings if finding not in self._findings]
        for file, lines in loaded.lines:
            self._origins[file] = dict(lines)
        placed: list[_Placed] = []
        for job in share.jobs:
            if self._findings:
                break
            for _ in range(self._request.count):
                placed.append((job.place, await self._test(bench, share.world, job)))
                self._done += 1
                self._heard(self._done, self._total)
        return placed

    async def _test(self, bench: Bench, world: World, job: _Job) -> tuple[CaseResult, ...]:
        module, test = job.module, job.test
        if test.skipped:
            return (_result(job, test.name, CaseOutcome.SKIP),)
        answer = await bench.run(world, module.package, test.path, test.shape)
        for file, lines in answer["lines"]:
            self._covered[file].update(lines)
        cases = answer["cases"] or [([], answer["outcome"] == CaseOutcome.PASS)]
        results = []
        for number, (keys, held) in enumerate(cases):
            outcome = CaseOutcome(answer["outcome"]) if not answer["cases"] else _OUTCOMES[held]
            told = {
                "message": answer["message"],
                "output": answer["output"] if number == 0 else "",
                "duration_ns": answer["duration_ns"] // len(cases),
            }
            if outcome is CaseOutcome.FAIL:
                why = await bench.explain(module.package, test.path, keys if answer["cases"] else None)
                told["message"] = why or answer["message"] or "it does not hold"
            name = test.name + "".join(f"[{spelt(key)}]" for key in keys)
            results.append(_result(job, name, outcome, told))
        return tuple(results)

    def _coverage(self) -> SuiteCoverage:
        files = {}
        for file, origins in self._origins.items():
            missed = {origin for line, origin in origins.items() if line not in self._covered[file]}
            files[file] = Lines(frozenset(origins.values()) - missed, missed)
        return coverage_of(files)

    def _refuse(self) -> None:
        if self._findings:
            shown = "\n".join(str(finding) for finding in self._findings)
            raise SuiteInvalid(
                f"the files cannot be loaded\n{shown}",
                field="paths",
                hint="correct the files; no test counts until all of them load",
                facts={"findings": [finding.model_dump(mode="json") for finding in self._findings]},
            )


async def _spread(
    benches: Sequence[Bench], items: Sequence[_S], work: Callable[[Bench, _S], Awaitable[_T]]
) -> list[_T]:
    """Let the benches work off the items, each taking the next one; return what came of them in order."""
    found: dict[int, _T] = {}
    queue = iter(enumerate(items))

    async def serve(bench: Bench) -> None:
        for number, item in queue:
            found[number] = await work(bench, item)

    async with anyio.create_task_group() as tasks:
        for bench in benches:
            tasks.start_soon(serve, bench)
    return [found[number] for number in range(len(items))]


def _result(job: _Job, name: str, outcome: CaseOutcome, answer: Message | None = None) -> CaseResult:
    said = answer or {}
    return CaseResult(
        package=spelt_path(("data", *job.module.package)),
        name=name,
        outcome=outcome,
        duration_ns=said.get("duration_ns", 0),
        file=job.module.file,
        line=job.test.line,
        message=said.get("message", ""),
        output=said.get("output", ""),
    )


def _full_name(module: SuiteModule, test: DeclaredTest) -> str:
    return spelt_path(("data", *module.package, *test.path))


def _twice(world: World) -> Iterator[Finding]:
    for twice in twice_declared(world):
        first, second = twice.first, twice.second
        yield Finding(
            policy=second.file,
            line=second.line,
            column=1,
            code="test_twice",
            message=f"{twice.name} is already a test at {first.file}:{first.line}",
            hint="rename one: the engine would take both for one rule that holds where either does",
        )
