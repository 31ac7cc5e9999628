"""Which names of a rule are its own and which lead out of it, and what it calls. Knows no other rule.

A name that a rule does not declare is its own too, unless its module gives it a meaning.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from engine.adapters.rego.rewrite.templates import FUNCTION
from engine.adapters.rego.scopes import ANY, How, Problem, Scopes
from engine.adapters.rego.syntax import REFERENCES, Node, Path, Rule, parts_of, reference_of, text_of

ROOTS: Final = frozenset({"input", "data"})


class Use(NamedTuple):
    """A reference.

    Attributes:
        path: its constant leading segments; `whole` tells whether there are no others.
        start: where it starts.
        local: whether its first name is the rule's own; `declared`: whether the rule says so.
        rest: the segments after `path`, None for each that is not constant.
    """

    path: Path
    start: int
    whole: bool
    local: bool
    declared: bool
    rest: tuple[str | None, ...]


class Call(NamedTuple):
    """A call. Of an argument that is a name given by `:=` in sight, `arguments` has what was assigned.

    Attributes:
        is_statement: whether its value is not used, so that one argument more may take the result.
    """

    function: Use
    arguments: tuple[Node, ...]
    is_statement: bool


class With(NamedTuple):
    """A `with`: what it replaces and by what."""

    target: Use
    value: Node


class Names(NamedTuple):
    """All that a rule says about names."""

    uses: list[Use]
    calls: list[Call]
    withs: list[With]
    problems: list[Problem]


def names_of(rule: Rule, outer: frozenset[str], source: bytes) -> Names:
    """Return the names of a rule; `outer` are the first names that lead out of it."""
    return _Walk(outer, source).rule(rule)


class _Walk:
    def __init__(self, outer: frozenset[str], source: bytes) -> None:
        self._outer = outer | ROOTS
        self._source = source
        self._names = Names([], [], [], [])
        self._scopes = Scopes()
        # Names inside texts that show them must have a value from elsewhere: showing gives none.
        self._templates = 0
        self._shown: list[tuple[str, int]] = []
        self._valued: set[str] = set()
        # Names that a head takes from its body; None while the body is read.
        self._heads: list[tuple[str, int]] | None = None

    def rule(self, rule: Rule) -> Names:
        for body in rule.bodies or (None,):
            self._scopes.enter()
            for argument in rule.arguments or ():
                self._declare(argument, How.ARGUMENT)
            head: Iterable[Node | None] = (rule.key, rule.value, *rule.parts)
            if body is not None:
                self._statements(body["query"]["stmts"])
                if body["is_else"]:
                    head = [body["assign"]["value"]] if body["assign"] else []
            self._heads = heads = list[tuple[str, int]]()
            for node in head:
                self._expression(node)
            for name, start in heads:
                if name not in self._valued:
                    self._problem(start, "unsafe", f"{name} has no value")
            self._heads = None
            self._names.problems.extend(self._scopes.leave())
        for name, start in self._shown:
            if name not in self._valued or name == ANY:
                self._problem(start, "undeclared", f"{name} has no value outside the text that shows it")
        return self._names

    def _statements(self, statements: Sequence[Node]) -> None:
        for statement in statements:
            ((kind, body),) = statement["literal"].items()
            match kind:
                case "SomeVars":
                    for span in body["vars"]:
                        self._add(text_of(span, self._source), span["start"], How.SOME)
                case "SomeIn":
                    self._expression(body["collection"])
                    for pattern in (body["key"], body["value"]):
                        self._declare(pattern, How.SOME_IN)
                case "Every":
                    self._every(body)
                case "NotExpr":
                    self._negated(body)
                case _:
                    self._expression(body["expr"], is_statement=True)
            for modifier in statement.get("with_mods", ()):
                self._with(modifier)

    def _every(self, body: Node) -> None:
        self._expression(body["domain"])
        self._scopes.enter()
        for span in (body["key"], body["value"]):
            if span:
                self._add(text_of(span, self._source), span["start"], How.EVERY)
        self._statements(body["query"]["stmts"])
        self._names.problems.extend(self._scopes.leave())

    def _negated(self, body: Node) -> None:
        if body["expr"].get("AssignExpr", {}).get("op") == "ColEq":
            self._problem(body["span"]["start"], "assignment_in_not", "`not` cannot assign")
        else:
            self._expression(body["expr"], is_statement=True)

    def _with(self, modifier: Node) -> None:
        self._expression(modifier["as"])
        target = modifier["refr"]
        if next(iter(target)) in REFERENCES:
            self._names.withs.append(With(self._use(target, is_function=True), modifier["as"]))
        else:
            start = modifier["span"]["start"]
            self._problem(start, "with_target", "`with` replaces input, data or a function, nothing else")

    def _expression(self, node: Node | None, *, is_statement: bool = False) -> None:
        if node is None:
            return
        ((kind, body),) = node.items()
        match kind:
            case "Var" | "RefDot" | "RefBrack":
                self._names.uses.append(self._use(node))
            case "Call":
                self._call(body, is_statement=is_statement)
            case "AssignExpr" if body["op"] == "ColEq":
                self._assign(body)
            case "ArrayCompr" | "SetCompr" | "ObjectCompr":
                self._scopes.enter()
                self._statements(body["query"]["stmts"])
                for part in ("key", "value", "term"):
                    self._expression(body.get(part))
                self._names.problems.extend(self._scopes.leave())
            case _:
                for part in parts_of(node):
                    self._expression(part)

    def _call(self, body: Node, *, is_statement: bool) -> None:
        function = self._use(body["fcn"], is_function=True)
        if function.declared:
            message = f"{function.path[0]} is a local name here, no function"
            self._problem(function.start, "shadowed_function", message)
        is_template = ".".join(function.path) == FUNCTION
        self._templates += is_template
        for argument in body["params"]:
            self._expression(argument)
        self._templates -= is_template
        settled = tuple(self._settled(argument) for argument in body["params"])
        self._names.calls.append(Call(function, settled, is_statement))

    def _assign(self, body: Node) -> None:
        self._expression(body["rhs"])
        ((kind, target),) = body["lhs"].items()
        if kind == "Var":
            value = self._settled(body["rhs"])
            self._add(target["value"], target["span"]["start"], How.ASSIGNED, value)
        elif kind in {"Array", "Object"}:
            self._declare(body["lhs"], How.ASSIGNED)
        else:
            self._problem(target["span"]["start"], "assignment_target", "`:=` assigns to names only")

    def _declare(self, pattern: Node | None, how: How) -> None:
        """Declare the names in a pattern; what else is in it is used."""
        if pattern is None:
            return
        ((kind, body),) = pattern.items()
        match kind:
            case "Var":
                self._add(body["value"], body["span"]["start"], how)
            case "Array":
                for item in body["items"]:
                    self._declare(item, how)
            case "Object":
                for _, key, value in body["fields"]:
                    self._expression(key)
                    self._declare(value, how)
            case _:
                self._expression(pattern)

    def _add(self, name: str, start: int, how: How, value: Node | None = None) -> None:
        if name != ANY:
            self._names.problems.extend(self._scopes.declare(name, start, how, value))
            self._valued.add(name)

    def _use(self, node: Node, *, is_function: bool = False) -> Use:
        reference = reference_of(node)
        for part in reference.parts:
            self._expression(part)
            if "Var" in part and not self._templates:
                self._valued.add(part["Var"]["value"])
        name = reference.path[0] if reference.path else ""
        declared = self._scopes.use(name)
        local = declared or not (is_function or self._leads_out(name, reference.start))
        return Use(reference.path, reference.start, reference.whole, local, declared, reference.rest)

    def _leads_out(self, name: str, start: int) -> bool:
        """Tell whether a name that nobody declared leads out of the rule, and remember that it was seen."""
        if name:
            self._scopes.see(name, start)
        if name in self._outer:
            return True
        if name and self._templates:
            self._shown.append((name, start))
        elif name:
            if self._heads is None or self._scopes.depth > 1:
                self._valued.add(name)
            else:
                self._heads.append((name, start))
        return False

    def _settled(self, node: Node) -> Node:
        variable = node.get("Var")
        return (variable and self._scopes.assigned(variable["value"])) or node

    def _problem(self, start: int, code: str, message: str) -> None:
        self._names.problems.append(Problem(start, code, message))
