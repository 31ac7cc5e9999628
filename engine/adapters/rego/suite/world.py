"""A world in the engine: loaded once, each test evaluated on a copy. Runs inside the worker only.

Bounds of time and memory are the worker's; a panic of the engine is meant to end it.
"""

import json
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from regorus import Engine  # type: ignore[import-untyped]  # a compiled module without stubs

from engine.adapters.rego.checks.program import Program
from engine.adapters.rego.complaints import Complaint, complaint_of
from engine.adapters.rego.engines import new_engine
from engine.adapters.rego.parsing import SourceRefused, parse
from engine.adapters.rego.suite.declared import TEST_FILE, Declared, Shape, declared_in
from engine.adapters.rego.suite.documents import Document, merge
from engine.adapters.rego.syntax import Path
from engine.adapters.rego.vocabulary import FORBIDDEN
from engine.adapters.rego.wire import Flaw, Message
from engine.core.limits import SUITE_TEXT_MAX_CHARS
from engine.core.policy.suite.worlds import spelt_path

# A policy finds this where no parameters are stored with it.
_PARAMETERS: Final = "parameters"


class Source(NamedTuple):
    """A module's text with the name that people know it by."""

    file: str
    text: str


class Failed(Exception):
    """Why a source cannot be taken."""

    def __init__(self, file: str, *flaws: Flaw) -> None:
        super().__init__(file)
        self.file = file
        self.flaws = flaws


def declare(source: Source, *, rego_v0: bool) -> tuple[Declared, bool]:
    """Return what a module declares and whether it belongs to the tests.

    Raises:
        Failed: it is no Rego that may be loaded.
    """
    try:
        parsed = parse(source.text, rego_v0=rego_v0)
    except SourceRefused as refused:
        raise Failed(source.file, refused.flaw) from None
    declared = declared_in(parsed.tree)
    is_test = bool(declared.tests) or source.file.endswith(TEST_FILE)
    (origin,) = (program := Program({source.file: parsed})).sources
    flaws = [
        origin.flaw(call.function.start, "forbidden_builtin", f"{name} is forbidden", FORBIDDEN[name].hint)
        for _, _, names in program.names
        for call in names.calls
        if (name := ".".join(call.function.path)) in FORBIDDEN and not call.function.declared
        if not (name == "print" and is_test)
    ]
    if flaws:
        raise Failed(source.file, *flaws)
    return declared, is_test


class World:
    """Modules and data that see each other.

    Raises:
        Failed: they cannot be loaded together.
    """

    def __init__(
        self, sources: Sequence[Source], documents: Sequence[Document], *, rego_v0: bool, coverage: bool
    ) -> None:
        self._files = [source.file for source in sources]
        self._texts = [parse(source.text, rego_v0=rego_v0).rewritten for source in sources]
        self._coverage = coverage
        merged = merge(documents)
        for file, flaw in merged.flaws:
            raise Failed(file, flaw)
        self._engine = new_engine(rego_v0=rego_v0)
        self._engine.set_enable_coverage(coverage)
        try:
            self._engine.add_data_json(json.dumps({_PARAMETERS: {}, **merged.content}))
            for number, rewritten in enumerate(self._texts):
                self._engine.add_policy(_name(number), rewritten.text)
            # Any query makes the engine analyse the modules, once for all copies.
            self._engine.eval_query_as_json("true")
        except RuntimeError as refused:
            file, line, column, message = self._complaint(refused)
            flaw = Flaw(line, column, "unsafe", message, "correct the Rego")
            raise Failed(file, flaw) from None

    def lines(self) -> list[list[Any]]:
        """Return for each file the lines that hold something to evaluate, as none covered."""
        if not self._coverage:
            return []
        lines = self._lines(self._engine.clone())
        return [[file, [], sorted({*covered, *missed})] for file, covered, missed in lines]

    def run(self, package: Path, path: Path, shape: Shape) -> Message:
        """Return what came of one test; see `worker`."""
        engine = self._engine.clone()
        query = spelt_path(("data", *package, *path))
        started = time.perf_counter_ns()
        try:
            results = json.loads(engine.eval_query_as_json(query)).get("result", [])
        except RuntimeError as refused:
            file, line, column, message = self._complaint(refused)
            place = f"{file}:{line}:{column}: " if line else ""
            answer: Message = {"outcome": "error", "message": f"{place}{message}", "cases": []}
        else:
            value = results[0]["expressions"][0]["value"] if results else None
            answer = _judged(shape, value, is_defined=bool(results))
        answer["duration_ns"] = time.perf_counter_ns() - started
        answer["output"] = self._prints(engine)
        answer["lines"] = self._lines(engine) if self._coverage else []
        return answer

    def _prints(self, engine: Engine) -> str:
        lines = []
        for printed in engine.take_prints():
            name, _, rest = printed.partition(":")
            lines.append(f"{self._file(name)}:{rest}")
        return "\n".join(lines)[:SUITE_TEXT_MAX_CHARS]

    def _lines(self, engine: Engine) -> list[list[Any]]:
        report = json.loads(engine.get_coverage_report_as_json())
        return [[self._file(file["path"]), file["covered"], file["not_covered"]] for file in report["files"]]

    def _complaint(self, refused: RuntimeError) -> Complaint:
        """Return what the engine says in the names and places that people know."""
        name, line, column, message = complaint_of(refused)
        if not line:
            return Complaint(self._file(name), 0, 0, message)
        return Complaint(self._file(name), *self._texts[_number(name)].place(line, column), message)

    def _file(self, name: str) -> str:
        """Return the file that a module's name in the engine stands for."""
        return self._files[_number(name)] if name else ""


def _judged(shape: Shape, value: Any, *, is_defined: bool) -> Message:  # noqa: ANN401  # any JSON value
    cases: list[list[Any]] = []
    if not is_defined:
        return {"outcome": "fail", "message": "it is undefined", "cases": cases}
    if shape is Shape.SET and isinstance(value, list):
        cases = [[[_spelt(member)], True] for member in value]
    elif shape is Shape.KEYED and isinstance(value, dict):
        cases = _leaves(value, ())
    if cases:
        passed = all(held for _, held in cases)
        return {"outcome": "pass" if passed else "fail", "message": "", "cases": cases}
    if value is True:
        return {"outcome": "pass", "message": "", "cases": cases}
    words = "it has no case" if shape is not Shape.PLAIN else f"its value is {json.dumps(value)}"
    return {"outcome": "fail", "message": words[:SUITE_TEXT_MAX_CHARS], "cases": cases}


def _leaves(value: dict[str, Any], path: Path) -> list[list[Any]]:
    found: list[list[Any]] = []
    for key, held in value.items():
        if isinstance(held, dict) and held:
            found += _leaves(held, (*path, key))
        else:
            found.append([[*path, key], held is True])
    return found


def _spelt(member: Any) -> str:  # noqa: ANN401  # any JSON value
    return member if isinstance(member, str) else json.dumps(member)


def _name(number: int) -> str:
    return f"m{number}"


def _number(name: str) -> int:
    return int(name.removeprefix("m"))
