"""Reads from a module's syntax tree what a test run must know: its package, its tests. Judges nothing."""

from enum import StrEnum
from typing import Any, Final, NamedTuple

from engine.adapters.rego.syntax import Node, Path, package_of

PREFIX: Final = "test_"
SKIPPED_PREFIX: Final = "todo_test_"
TEST_FILE: Final = "_test.rego"


class Shape(StrEnum):
    """What the value of a test rule is: one truth, or one a key, or a set whose members are true."""

    PLAIN = "plain"
    KEYED = "keyed"
    SET = "set"


class TestRule(NamedTuple):
    """A rule that is a test.

    Attributes:
        path: its constant segments inside the package.
        line: from 1.
        rule: its node in the syntax tree.
    """

    path: Path
    line: int
    shape: Shape
    rule: Node

    @property
    def skipped(self) -> bool:
        """Whether it is not to run."""
        return any(segment.startswith(SKIPPED_PREFIX) for segment in self.path)


class Declared(NamedTuple):
    """What a module declares."""

    package: Path
    tests: tuple[TestRule, ...]


def declared_in(tree: Node) -> Declared:
    """Return what a module declares; a default stands for its rule where that has nothing else."""
    tests: list[TestRule] = []
    defaults: list[TestRule] = []
    for rule in tree["rules"]:
        ((kind, body),) = rule.items()
        head, shape = (body, Shape.PLAIN) if kind == "Default" else _head(body)
        if head is None:
            continue
        path, whole = _path(head["refr"])
        if any(segment.startswith((PREFIX, SKIPPED_PREFIX)) for segment in path):
            test = TestRule(path, head["span"]["line"], shape if whole else Shape.KEYED, rule)
            (defaults if kind == "Default" else tests).append(test)
    paths = {test.path for test in tests}
    return Declared(package_of(tree), (*tests, *(test for test in defaults if test.path not in paths)))


def _head(body: Node) -> tuple[Any, Shape]:
    """Return the head of a rule, None for a function: it takes arguments that no run has."""
    ((kind, head),) = body["head"].items()
    return (None if kind == "Func" else head), (Shape.SET if kind == "Set" else Shape.PLAIN)


def _path(reference: Node) -> tuple[Path, bool]:
    """Return the constant leading segments of a rule's name, and whether these are all."""
    segments: list[str | None] = []
    node = reference
    while True:
        ((kind, body),) = node.items()
        match kind:
            case "Var":
                segments.append(body["value"])
                break
            case "RefDot":
                segments.append(body["field"][1])
            case _:
                constant = body["index"].get("String")
                segments.append(constant["value"] if constant else None)
        node = body["refr"]
    segments.reverse()
    end = segments.index(None) if None in segments else len(segments)
    return tuple(segment for segment in segments[:end] if segment is not None), end == len(segments)
