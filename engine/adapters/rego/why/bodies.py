"""The rules of a module as they are told: definitions, their bodies, the expressions of these in order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from engine.adapters.rego.rewrite.edits import Rewritten
from engine.adapters.rego.syntax import Node, Rule, imports_of, rules_of
from engine.adapters.rego.why.spans import Span, Spans

_DOCUMENTS: Final = frozenset({"input", "data"})


class Part(NamedTuple):
    """An expression of a body, or the value of its head.

    Attributes:
        literal: its node in the tree.
        with_: its `with` modifiers as the engine reads them, empty where it has none.
    """

    span: Span
    literal: Node
    with_: str = ""


class Body(NamedTuple):
    """One body of a definition.

    Attributes:
        kind: as in `engine.core.policy.explain.BodyTold`.
        head: the value that it gives, None where that is true.
        span: where it begins.
    """

    kind: str
    parts: Sequence[Part]
    head: Part | None
    span: Span


class Definition(NamedTuple):
    """One definition of a rule that is no function; `default` is its value where it is a default."""

    rule: str
    span: Span
    bodies: Sequence[Body]
    default: Part | None = None


class Outline:
    """One module, with what it takes to follow its definitions.

    Attributes:
        package: the name of its package.
        imports: its imports as the engine reads them, one a line.
        globals: the names that stand for no local variable.
        definitions: by name of rule, those of functions left out.
    """

    def __init__(self, rewritten: Rewritten, tree: Node) -> None:
        self.spans = Spans(rewritten)
        rules = list(rules_of(tree))
        imports = imports_of(tree, rewritten.text.encode())
        self.package = self.spans.text(self.spans.node(tree["package"]["refr"]))
        self.imports = "\n".join(self.spans.text(self.spans.of(each["span"])) for each in tree["imports"])
        self.globals = _DOCUMENTS | {rule.path[0] for rule in rules} | {each.name for each in imports}
        self.definitions: Mapping[str, Sequence[Definition]] = _by_rule(
            self._definition(rule) for rule in rules if not rule.is_function
        )

    def has_conditions(self, rule: str) -> bool:
        """Tell whether the module defines a rule of this name that does not hold in any case."""
        return any(body.parts for each in self.definitions.get(rule, ()) for body in each.bodies)

    def inside(self, query: Node) -> Body:
        """Return the inside of an `every` as a body."""
        return Body("every", self._parts(query), None, self.spans.of(query["span"]))

    def _definition(self, rule: Rule) -> Definition:
        name = ".".join(rule.path)
        span = self.spans.of({"start": rule.start, "end": rule.start})
        if rule.kind == "default":
            return Definition(name, span, (), self._value(rule.value))
        said = rule.value if rule.key is None else rule.key
        bodies = [
            Body(
                "else" if body["is_else"] else "body",
                self._parts(body["query"]),
                self._value(_assigned(body) if body["is_else"] else said),
                self.spans.of(body["span"]),
            )
            for body in rule.bodies
        ]
        return Definition(name, span, bodies or [Body("body", (), self._value(said), span)])

    def _parts(self, query: Node | None) -> list[Part]:
        return [self._part(statement) for statement in query["stmts"]] if query else []

    def _part(self, statement: Node) -> Part:
        span = self.spans.of(statement["span"])
        modifiers = statement.get("with_mods")
        if not modifiers:
            return Part(span, statement["literal"])
        start = self.spans.of(modifiers[0]["span"]).start
        return Part(span, statement["literal"], self.spans.text(Span(start, span.end)))

    def _value(self, node: Node | None) -> Part | None:
        return Part(self.spans.node(node), {"Expr": {"expr": node}}) if node else None


def _assigned(head: Node) -> Node | None:
    return head["assign"]["value"] if head["assign"] else None


def _by_rule(definitions: Iterable[Definition]) -> dict[str, list[Definition]]:
    found: dict[str, list[Definition]] = {}
    for definition in definitions:
        found.setdefault(definition.rule, []).append(definition)
    return found
