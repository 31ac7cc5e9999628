"""Holds the tidy rules over the whole checkout; exceptions stand in one golden file, with their reasons."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tests.tidy import code_rules, core_rules, text_rules
from tests.tidy.finding import Finding, Rule
from tests.tidy.tree import ROOT, python_sources, texts, unreachable_modules

EXCEPTIONS: Final = "tests/golden/tidy_exceptions.txt"
# The command, and what is started by its path: the policies' worker, and alembic's environment and steps.
ENTRY_POINTS: Final = (
    "server/cli/main.py",
    "engine/adapters/rego/worker.py",
    "engine/adapters/store/migrations/",
)
_EXCEPTION: Final = re.compile(r"(?P<rule>[a-z_]+) (?P<place>\S+)  # (?P<reason>\S.{9,})")


def test_every_offence_is_excepted_and_every_exception_offends() -> None:
    found = {(f.rule, f.place): f for f in _findings()}
    excepted = _exceptions((ROOT / EXCEPTIONS).read_text())
    assert [str(f) for key, f in sorted(found.items()) if key not in excepted] == []
    assert sorted(excepted - found.keys()) == []


def test_nothing_excepts_a_huge_file() -> None:
    assert [
        place for rule, place in _exceptions((ROOT / EXCEPTIONS).read_text()) if rule == "huge_file"
    ] == []


def _findings() -> Iterator[Finding]:
    package = python_sources("engine", "server")
    yield from _apply(code_rules.EVERYWHERE, python_sources("engine", "server", "tests", "examples"))
    yield from _apply(code_rules.IN_PACKAGES, package)
    yield from _apply(core_rules.IN_CORE, python_sources("engine/core"))
    yield from _apply(text_rules.IN_TEXTS, texts())
    yield from _dead_modules(package)


def _dead_modules(package: Mapping[str, str]) -> Iterator[Finding]:
    """What runs is reached from the command; what is shipped for tests is reached from the tests."""
    shipped_for_tests = {path: text for path, text in package.items() if path.startswith("engine/testing/")}
    product = {path: text for path, text in package.items() if path not in shipped_for_tests}
    entry = {path: text for path, text in product.items() if path.startswith(ENTRY_POINTS)}
    dead = [
        *unreachable_modules(product, entry),
        *unreachable_modules(shipped_for_tests, python_sources("tests")),
    ]
    yield from (Finding("dead_module", name, "not reached from an entry point or a test") for name in dead)


def _apply(rules: Sequence[Rule], sources: Mapping[str, str]) -> Iterator[Finding]:
    return (finding for path, text in sources.items() for rule in rules for finding in rule(path, text))


def _exceptions(text: str) -> frozenset[tuple[str, str]]:
    """Read `rule place  # reason` lines; a line of another form fails."""
    matches = {
        line: _EXCEPTION.fullmatch(line) for line in text.splitlines() if line and not line.startswith("#")
    }
    assert [line for line, match in matches.items() if match is None] == []
    return frozenset((match["rule"], match["place"]) for match in matches.values() if match)
