"""The modules of a run, one by one: whether each may be loaded, and what it declares."""

from typing import Final, NamedTuple

from engine.adapters.rego.checks.forbidden import flaws_of_forbidden_calls
from engine.adapters.rego.checks.program import Program
from engine.adapters.rego.parsing import Parsed, SourceRefused, parse
from engine.adapters.rego.suite.declared import TEST_FILE, Declared, declared_in
from engine.adapters.rego.wire import Flaw

_OF_TESTS: Final = frozenset({"print"})


class Source(NamedTuple):
    """A module's text with the name that people know it by; `is_test` where it belongs to the tests."""

    file: str
    text: str
    is_test: bool = False


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
    parsed = read(source, rego_v0=rego_v0)
    declared = declared_in(parsed.tree)
    is_test = bool(declared.tests) or source.file.endswith(TEST_FILE)
    program = Program({source.file: parsed})
    allowed = _OF_TESTS if is_test else frozenset[str]()
    flaws = [flaw for _, flaw in flaws_of_forbidden_calls(program, allowed)]
    if flaws:
        raise Failed(source.file, *flaws)
    return declared, is_test


def read(source: Source, *, rego_v0: bool) -> Parsed:
    """Return a module's syntax tree.

    Raises:
        Failed: it is no Rego.
    """
    try:
        return parse(source.text, rego_v0=rego_v0)
    except SourceRefused as refused:
        raise Failed(source.file, refused.flaw) from None
