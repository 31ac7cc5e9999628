"""A world in the engine: loaded once, each test evaluated on a copy. Runs inside the worker only.

Bounds of time and memory are the worker's; a panic of the engine is meant to end it.
"""

import json
import time
from collections.abc import Sequence
from typing import Any, Final

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.engines import new_engine
from engine.adapters.rego.suite.declared import Shape
from engine.adapters.rego.suite.documents import Document, merge
from engine.adapters.rego.suite.modules import Modules
from engine.adapters.rego.suite.questions import Questions
from engine.adapters.rego.suite.sources import Failed, Source
from engine.adapters.rego.suite.verdict import judged, with_missing
from engine.adapters.rego.syntax import Path
from engine.adapters.rego.wire import Flaw, Message
from engine.core.limits import SUITE_TEXT_MAX_CHARS
from engine.core.policy.suite.worlds import spelt_path

# A policy finds this where no parameters are stored with it.
_PARAMETERS: Final = "parameters"


class World:
    """Modules and data that see each other.

    Attributes:
        questions: about its tests.

    Raises:
        Failed: they cannot be loaded together.
    """

    def __init__(
        self, sources: Sequence[Source], documents: Sequence[Document], *, rego_v0: bool, coverage: bool
    ) -> None:
        self._coverage = coverage
        self._modules = Modules(sources, rego_v0=rego_v0, coverage=coverage)
        merged = merge(documents, self._modules.rules)
        for file, flaw in merged.flaws:
            raise Failed(file, flaw)
        self._engine = new_engine(rego_v0=rego_v0)
        self._engine.set_enable_coverage(coverage)
        self.questions = Questions(self._engine, self._modules, rego_v0=rego_v0)
        try:
            self._engine.add_data_json(json.dumps({_PARAMETERS: {}, **merged.content}))
            for name, text in self._modules.texts:
                self._engine.add_policy(name, text)
            # Any query makes the engine analyse the modules, once for all copies.
            self._engine.eval_query_as_json("true")
        except RuntimeError as refused:
            file, line, column, message = self._modules.complaint(refused)
            raise Failed(file, Flaw(line, column, "unsafe", message, "correct the Rego")) from None

    def lines(self) -> list[list[Any]]:
        """Return for each file that is no test the lines to evaluate, each with the line it counts for."""
        engine = self._engine.clone()
        # The engine reports a module once something of it was evaluated.
        for touch in self._modules.touches:
            engine.eval_query_as_json(touch)
        found = []
        for number, covered, missed in self._report(engine):
            origins = self._modules.origins[number]
            pairs = [[line, origins[line]] for line in sorted({*covered, *missed}) if line in origins]
            found.append([self._modules.file(number), pairs])
        return found

    def run(self, package: Path, path: Path, shape: Shape) -> Message:
        """Return what came of one test; see `worker`."""
        engine = self._engine.clone()
        started = time.perf_counter_ns()
        try:
            results = json.loads(engine.eval_query_as_json(spelt_path(("data", *package, *path))))
        except RuntimeError as refused:
            file, line, column, message = self._modules.complaint(refused)
            place = f"{file}:{line}:{column}: " if line else ""
            answer: Message = {"outcome": "error", "message": f"{place}{message}", "cases": []}
        else:
            values = [result["expressions"][0]["value"] for result in results.get("result", [])]
            answer = judged(shape, values[0] if values else None, is_defined=bool(values))
            if shape is not Shape.PLAIN:
                answer = with_missing(answer, self.questions.cases(package, path))
        answer["duration_ns"] = time.perf_counter_ns() - started
        answer["output"] = self._prints(engine)
        answer["lines"] = [
            [self._modules.file(number), covered] for number, covered, _ in self._report(engine)
        ]
        return answer

    def _prints(self, engine: Engine) -> str:
        lines = []
        for printed in engine.take_prints():
            name, line, words = printed.split(":", 2)
            file, origin, _ = self._modules.place(name, int(line), 1)
            lines.append(f"{file}:{origin}:{words}")
        return "\n".join(lines)[:SUITE_TEXT_MAX_CHARS]

    def _report(self, engine: Engine) -> list[tuple[int, list[int], list[int]]]:
        """Return for each module that is no test the lines that were evaluated, and those that were not."""
        if not self._coverage:
            return []
        files = json.loads(engine.get_coverage_report_as_json())["files"]
        numbered = [(self._modules.number(file["path"]), file) for file in files]
        return [
            (number, file["covered"], file["not_covered"])
            for number, file in numbered
            if number in self._modules.origins
        ]
