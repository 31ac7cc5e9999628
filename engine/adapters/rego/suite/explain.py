"""Why a test did not hold: the first statement of its body that did not, with the values of what is in it.

Also which cases a parametrised test has: a key whose body did not hold is in no value, only in statements.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

from engine.adapters.rego.suite.probes import Probes, Refused
from engine.adapters.rego.suite.rules import Body, Rule
from engine.adapters.rego.suite.tree import references_in
from engine.adapters.rego.syntax import Node

_UNDEFINED: Final = "undefined"
_VALUES_MAX: Final = 3
_REFERENCES_MAX: Final = 8
_SHOWN_MAX_CHARS: Final = 1_000


def expected_cases(rule: Rule, probes: Probes) -> list[list[Any]]:
    """Return the keys of each case that the statements name, whether or not all of them hold."""
    found: list[list[Any]] = []
    for body in rule.bodies:
        keys = f"[{', '.join(map(rule.read, body.keys))}]"
        statements = [rule.read(statement) for statement in body.statements]
        for length in range(1, len(statements) + 1):
            try:
                found += probes.values(statements[:length], keys)
            except Refused:  # the keys have no value yet
                continue
            break
    return found


def explain(rule: Rule, probes: Probes, keys: Sequence[Any] | None) -> str:
    """Return why a rule, or its case with these keys, did not hold; empty where the engine cannot tell."""
    told = []
    for body in rule.bodies:
        try:
            told.append("\n".join(_Why(rule, probes).body(body, keys)))
        except Refused:
            continue
    return "\n".join(text for text in told if text)


class _Why:
    """The reason of one body, line by line."""

    def __init__(self, rule: Rule, probes: Probes) -> None:
        self._rule = rule
        self._probes = probes

    def body(self, body: Body, keys: Sequence[Any] | None) -> Iterator[str]:
        chosen = None
        if keys is not None:
            chosen = f"[{', '.join(map(self._rule.read, body.keys))}] == {json.dumps(list(keys))}"
        yield from self._query([], body.statements, body.value, chosen)

    def _query(
        self, held: list[str], statements: Sequence[Node], value: Node | None, chosen: str | None
    ) -> Iterator[str]:
        for statement in statements:
            text = self._rule.read(statement)
            if not self._probes.holds([*held, text]):
                yield f"line {statement['span']['line']}: {self._rule.written(statement)}"
                yield from self._statement(held, statement)
                return
            held = [*held, text]
            if chosen is not None and self._can([*held, chosen]):
                held, chosen = [*held, chosen], None
        if value is not None:
            yield self._rule.written(value)
            yield from self._expression(held, value, "")

    def _can(self, statements: list[str]) -> bool:
        try:
            return self._probes.holds(statements)
        except Refused:  # the keys have no value yet
            return False

    def _statement(self, held: list[str], statement: Node) -> Iterator[str]:
        ((kind, literal),) = statement["literal"].items()
        modifiers = " ".join(map(self._rule.read, statement.get("with_mods", ())))
        match kind:
            case "Every":
                yield from self._every(held, literal)
            case "SomeIn":
                yield from self._values(held, literal["collection"], modifiers)
            case "Expr" | "NotExpr":
                yield from self._expression(held, literal["expr"], modifiers)
        yield from self._replaced(held, statement.get("with_mods", ()))

    def _replaced(self, held: list[str], modifiers: Sequence[Node]) -> Iterator[str]:
        """Tell of the values after `with … as` that there are not: without one nothing holds."""
        for reference in chain.from_iterable(references_in(modifier["as"]) for modifier in modifiers):
            # What the runner put in leads back to no text.
            written = self._rule.written(reference)
            if written and self._shown(held, self._rule.read(reference), "") == _UNDEFINED:
                yield f"  {written}: {_UNDEFINED}"

    def _every(self, held: list[str], literal: Node) -> Iterator[str]:
        """Tell of the elements for which the body did not hold, and why for these."""
        query = literal["query"]
        names = [self._rule.read({"span": span}) for span in (literal["key"], literal["value"]) if span]
        inner = "\n".join(self._rule.read(statement) for statement in query["stmts"])
        domain = self._rule.read(literal["domain"])
        broken = [f"some {', '.join(names)} in {domain}", f"count([1 | {inner}]) == 0"]
        yield f"  {names[-1]}: {self._shown([*held, *broken], names[-1], '')}"
        yield from (f"  {line}" for line in self._query([*held, *broken], query["stmts"], None, None))

    def _expression(self, held: list[str], node: Node, modifiers: str) -> Iterator[str]:
        ((kind, body),) = node.items()
        compared = kind == "BoolExpr" or (kind == "AssignExpr" and body["op"] != "ColEq")
        if compared:
            sides = [self._shown(held, self._rule.read(body[side]), modifiers) for side in ("lhs", "rhs")]
            yield f"  left:  {sides[0]}"
            yield f"  right: {sides[1]}"
        elif kind == "AssignExpr":
            node = body["rhs"]
        yield from self._values(held, node, modifiers, but=(body["lhs"], body["rhs"]) if compared else ())

    def _values(self, held: list[str], node: Node, modifiers: str, but: Sequence[Node] = ()) -> Iterator[str]:
        """Tell the value of each reference below a node, whole ones only."""
        told = set(map(self._rule.written, but))
        for reference in references_in(node):
            written = self._rule.written(reference)
            if written in told or len(told) > _REFERENCES_MAX:
                continue
            told.add(written)
            if shown := self._shown(held, self._rule.read(reference), modifiers, unknown=""):
                yield f"  {written}: {shown}"

    def _shown(self, held: list[str], expression: str, modifiers: str, unknown: str = "no value yet") -> str:
        try:
            values = self._probes.shown(held, expression, modifiers)
        except Refused:
            return unknown
        shown = [value[:_SHOWN_MAX_CHARS] for value in values[:_VALUES_MAX]]
        more = len(values) - len(shown)
        return " or ".join(shown) + (f" or {more} more" if more else "") or _UNDEFINED
