"""A test rule taken apart: bodies, statements and keys, as the engine reads and as people wrote them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.adapters.rego.parsing import parse
from engine.adapters.rego.rewrite.edits import Rewritten
from engine.adapters.rego.suite.declared import declared_in
from engine.adapters.rego.suite.probes import Home
from engine.adapters.rego.suite.tree import Places
from engine.adapters.rego.syntax import Node, Path


class Body(NamedTuple):
    """One body; `value` is what the rule then is, None where it is true; `keys` those of its case."""

    statements: Sequence[Node]
    value: Node | None
    keys: Sequence[Node]


class Rule:
    """A test rule of a module.

    Attributes:
        home: where its names mean what they mean in it.
        bodies: in their order, those of an `else` among them.
    """

    def __init__(self, home: Home, module: Rewritten, bodies: Sequence[Body]) -> None:
        self.home = home
        self.bodies = bodies
        self._module = module
        self._places = Places(module.text)

    def read(self, node: Node) -> str:
        """Return the text of a node as the engine reads it."""
        return self._places.slice(node)

    def written(self, node: Node) -> str:
        """Return the text of a node as its author wrote it, on one line."""
        start, end = self._places.span(node)
        text = self._module.source[self._module.offset(start) : self._module.offset(end)]
        return " ".join(text.split())


def rule_in(module: Rewritten, path: Path, *, rego_v0: bool) -> Rule | None:
    """Return the rule at a path of a module, None where the module has none.

    Raises:
        SourceRefused: the text does not parse.
    """
    parsed = parse(module.text, rego_v0=rego_v0)
    declared = declared_in(parsed.tree)
    found = [test.rule["Spec"] for test in declared.tests if test.path == path and "Spec" in test.rule]
    if not found or parsed.rewritten.text != module.text:
        return None
    places = Places(module.text)
    imports = "\n".join(places.slice(imported) for imported in parsed.tree["imports"])
    bodies = [body for rule in found for body in _bodies(rule, len(path))]
    return Rule(Home(declared.package, imports), module, bodies)


def _bodies(rule: Node, constant: int) -> Iterator[Body]:
    """Yield the bodies of a rule whose name has so many constant segments."""
    ((kind, head),) = rule["head"].items()
    node = head["refr"]
    steps: list[Node | None] = [head["key"]] if kind == "Set" else []
    while "Var" not in node:
        ((step, inner),) = node.items()
        steps.insert(0, inner["index"] if step == "RefBrack" else None)
        node = inner["refr"]
    named = steps[constant - 1 :]
    # A name that goes on after a key, `test_x[name].more`, is left alone.
    keys = [step for step in named if step] if all(named) else []
    assigned = head.get("assign")
    for body in rule["bodies"] or [None]:
        given = body["assign"] if body and body["is_else"] else assigned
        statements = body["query"]["stmts"] if body else []
        yield Body(statements, given["value"] if given else None, keys)
