"""The modules of a world as the engine reads them: names in full, spread out where coverage is asked for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.adapters.rego.checks.calls import flaws_of_calls
from engine.adapters.rego.checks.program import Program
from engine.adapters.rego.complaints import Complaint, complaint_of
from engine.adapters.rego.rewrite.edits import Edit, Rewritten
from engine.adapters.rego.suite.measured import measure
from engine.adapters.rego.suite.qualify import Names, qualify
from engine.adapters.rego.suite.replaced import lookup_edits
from engine.adapters.rego.suite.sources import Failed, Source, read
from engine.adapters.rego.syntax import Path, package_of
from engine.core.policy.suite.worlds import spelt_path

# Each measured module gets a function of this name and its number: something of it that can be evaluated.
_TOUCH: Final = "touched_by_the_runner_"
_NAME: Final = "m"


class Modules:
    """The modules of a world; a module's name in the engine tells its number.

    Attributes:
        rules: the full paths of their rules, below `data`.
        origins: for each measured module, by number, for each of its lines the line that it counts for.

    Raises:
        Failed: one is no Rego, or calls what is no function of this world.
    """

    def __init__(self, sources: Sequence[Source], *, rego_v0: bool, coverage: bool) -> None:
        self._sources = sources
        self._texts: list[Rewritten] = []
        self._touches: list[str] = []
        self.origins: dict[int, Mapping[int, int]] = {}
        parsed = [read(source, rego_v0=rego_v0) for source in sources]
        program = Program({source.file: module for source, module in zip(sources, parsed, strict=True)})
        _require_sound_calls(program)
        self.rules = tuple(path[1:] for path in program.rules)
        self._packages = [package_of(module.tree) for module in parsed]
        names = Names(module.tree for module in parsed)
        for number, module in enumerate(parsed):
            edits = [*qualify(module.tree, module.rewritten.text, names)]
            if sources[number].is_test:
                edits += lookup_edits(module.tree, module.rewritten.text, names)
            if not coverage or sources[number].is_test:
                self._texts.append(module.rewritten.then(edits))
                continue
            measured = measure(module, edits, rego_v0=rego_v0)
            end = len(measured.rewritten.text)
            touch = f"{_TOUCH}{number}(1)"
            self._texts.append(measured.rewritten.then([Edit(end, end, f"\n{touch} = 1\n")]))
            self._touches.append(f"{spelt_path(('data', *self._packages[number]))}.{touch}")
            self.origins[number] = measured.lines

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """Name and text of each, for the engine."""
        return ((f"{_NAME}{number}", text.text) for number, text in enumerate(self._texts))

    @property
    def touches(self) -> Sequence[str]:
        """A query for each measured module that evaluates nothing that counts."""
        return self._touches

    def number(self, name: str) -> int:
        """Return the number of the module that has a name in the engine."""
        return int(name.removeprefix(_NAME))

    def file(self, number: int) -> str:
        """Return the file of a module."""
        return self._sources[number].file

    def tests_of(self, package: Path) -> list[Rewritten]:
        """Return the modules with tests in a package."""
        return [
            text
            for text, source, held in zip(self._texts, self._sources, self._packages, strict=True)
            if source.is_test and held == package
        ]

    def place(self, name: str, line: int, column: int) -> tuple[str, int, int]:
        """Return file, line and column that a person knows a place in the engine by."""
        number = self.number(name)
        return self.file(number), *self._texts[number].place(line, column)

    def complaint(self, refused: RuntimeError) -> Complaint:
        """Return what the engine says in the names and places that people know."""
        name, line, column, message = complaint_of(refused)
        if not line:
            return Complaint("", 0, 0, message)
        return Complaint(*self.place(name, line, column), message)


def _require_sound_calls(program: Program) -> None:
    """Refuse calls of no function and with wrong arguments; what is forbidden was judged module by module."""
    for source, flaw in flaws_of_calls(program):
        if flaw.blocking:
            raise Failed(source.name, flaw)
