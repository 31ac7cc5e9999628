"""What an expression of a body binds, and which parts of it are worth showing when it does not hold."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from engine.adapters.rego.syntax import Node

WILDCARD: Final = "_"

_REFERENCES: Final = frozenset({"Var", "RefDot", "RefBrack"})
_COMPREHENSIONS: Final = frozenset({"ArrayCompr", "SetCompr", "ObjectCompr"})
# Too large to show, and every other reference begins with one of them.
_WHOLE: Final = frozenset({"input", "data"})


def declared_by(literal: Node) -> frozenset[str]:
    """Return the names that an expression declares, whatever rules have the same name."""
    kind, inner = _only(literal)
    match kind:
        case "SomeIn":
            patterns = [inner["key"], inner["value"]]
        case "Expr" if "AssignExpr" in inner["expr"] and inner["expr"]["AssignExpr"]["op"] == "ColEq":
            patterns = [inner["expr"]["AssignExpr"]["lhs"]]
        case _:
            patterns = []
    return frozenset(names_in(patterns)) - {WILDCARD}


def bound_by(literal: Node, globals_: Collection[str]) -> frozenset[str]:
    """Return the local names that have a value once an expression holds."""
    kind, inner = _only(literal)
    declared = declared_by(literal)
    match kind:
        case "Expr":
            used = frozenset(names_in(inner["expr"], nested=False))
        case "SomeIn":
            used = frozenset(names_in(inner["collection"], nested=False))
        case _:
            return declared
    return declared | {name for name in used if name not in globals_ and name != WILDCARD}


def shown_in(literal: Node, unresolved: frozenset[str]) -> Iterator[Node]:
    """Yield the references and calls of an expression that have values of their own, outer ones first.

    What mentions a name of `unresolved` has none; of such a reference its beginning is shown.
    """
    kind, inner = _only(literal)
    match kind:
        case "SomeIn":
            yield from _shown(inner["collection"], unresolved)
        case "Every":
            yield from _shown(inner["domain"], unresolved)
        case "Expr" | "NotExpr":
            expression = inner["expr"]
            assigned = expression.get("AssignExpr")
            declares = assigned is not None and assigned["op"] == "ColEq"
            yield from _shown(assigned["rhs"] if declares else expression, unresolved)


def names_in(node: Any, *, nested: bool = True) -> Iterator[str]:  # noqa: ANN401 - nested JSON
    """Yield every name below a node; without `nested`, none inside comprehensions and bodies."""
    if isinstance(node, list):
        for item in node:
            yield from names_in(item, nested=nested)
    elif isinstance(node, dict):
        for kind, inner in node.items():
            if kind == "Var":
                yield inner["value"]
            elif kind == "Call":
                yield from names_in(inner["params"], nested=nested)
            elif nested or (kind not in _COMPREHENSIONS and kind != "query"):
                yield from names_in(inner, nested=nested)


def _shown(node: Node, unresolved: frozenset[str]) -> Iterator[Node]:
    if isinstance(node, list):
        for item in node:
            yield from _shown(item, unresolved)
        return
    if not isinstance(node, dict):
        return
    for kind, inner in node.items():
        if kind in _REFERENCES or kind in _COMPREHENSIONS or kind == "Call":
            yield from _valued(kind, inner, unresolved)
        elif kind != "span":
            yield from _shown(inner, unresolved)


def _valued(kind: str, inner: Node, unresolved: frozenset[str]) -> Iterator[Node]:
    node = {kind: inner}
    known = unresolved.isdisjoint(names_in(node))
    if kind == "Var":
        if known and inner["value"] not in {*_WHOLE, WILDCARD}:
            yield node
        return
    if known:
        yield node
    if kind == "Call":
        yield from _shown(inner["params"], unresolved)
    elif kind in _REFERENCES:
        yield from _shown(inner["refr"], unresolved) if not known else _indexes(inner["refr"], unresolved)
        yield from _shown(inner.get("index"), unresolved)


def _indexes(node: Node, unresolved: frozenset[str]) -> Iterator[Node]:
    """Yield what stands between the brackets of a reference."""
    ((_, inner),) = node.items()
    if "refr" in inner:
        yield from _indexes(inner["refr"], unresolved)
        yield from _shown(inner.get("index"), unresolved)


def _only(literal: Node) -> tuple[str, Node]:
    ((kind, inner),) = literal.items()
    return kind, inner
