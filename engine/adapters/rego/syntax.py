"""Reads the engine's syntax tree: rules, references, calls and local names. Judges nothing.

The tree is nested JSON; an expression is an object with one key, its kind (`Var`, `RefDot`, `Call` …).
"""

from typing import Any, Final, NamedTuple, TypeAlias

Node: TypeAlias = Any
Path: TypeAlias = tuple[str, ...]

_REFERENCES: Final = frozenset({"Var", "RefDot", "RefBrack"})


class Reference(NamedTuple):
    """A name as it is used: its constant leading segments, and where it starts (byte offset)."""

    path: Path
    start: int
    called: bool


class Names(NamedTuple):
    """The names in a part of a module: every reference at its full length, and what is declared locally."""

    references: list[Reference]
    local: set[str]


class Rule(NamedTuple):
    """One definition of a rule or function; a name may have several. `names` leaves its own name out."""

    path: Path
    start: int
    is_function: bool
    names: Names


def package_of(tree: Node) -> Path:
    """Return the segments of the package's name."""
    return _flatten(tree["package"]["refr"])[0]


def imports_of(tree: Node, source: bytes) -> dict[str, Reference]:
    """Return what each imported name stands for."""
    found: dict[str, Reference] = {}
    for imported in tree["imports"]:
        path, _ = _flatten(imported["refr"])
        alias = imported.get("as")
        found[_text(alias, source) if alias else path[-1]] = Reference(
            path, imported["span"]["start"], called=False
        )
    return found


def rules_of(tree: Node, source: bytes) -> list[Rule]:
    """Return the definitions in their order, defaults included."""
    rules: list[Rule] = []
    for rule in tree["rules"]:
        ((kind, body),) = rule.items()
        if kind == "Default":
            head, is_function = body, bool(body["args"])
        else:
            ((head_kind, head),) = body["head"].items()
            is_function = head_kind == "Func"
        ((_, name),) = head["refr"].items()
        start = name["span"]["start"]
        path, _ = _flatten(head["refr"])
        references, local = names_in(body, source)
        references.remove(Reference(path, start, called=False))
        rules.append(Rule(path, start, is_function, Names(references, local)))
    return rules


def names_in(node: Node, source: bytes) -> Names:
    """Return the names used and declared below a node, in no promised order."""
    references: list[Reference] = []
    local: set[str] = set()
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, list):
            pending += current
        elif isinstance(current, dict):
            for kind, body in current.items():
                if kind in _REFERENCES:
                    path, indexes = _flatten(current)
                    if path:
                        references.append(Reference(path, body["span"]["start"], called=False))
                    pending += indexes
                elif kind == "Call":
                    path, indexes = _flatten(body["fcn"])
                    references.append(Reference(path, body["span"]["start"], called=True))
                    pending += [*indexes, *body["params"]]
                elif kind != "span" and isinstance(body, dict | list):
                    local |= _declared(kind, body, source)
                    pending.append(body)
    return Names(references, local)


def _declared(kind: str, body: Node, source: bytes) -> set[str]:
    """Return the names that a part of a rule declares: arguments, `:=`, `some`, `every`."""
    match kind:
        case "args":
            patterns = body
        case "AssignExpr" if body["op"] == "ColEq":
            patterns = body["lhs"]
        case "SomeIn":
            patterns = [body["key"], body["value"]]
        case "SomeVars":
            return {_text(span, source) for span in body["vars"]}
        case "Every":
            return {_text(span, source) for span in (body["key"], body["value"]) if span}
        case _:
            return set()
    return {reference.path[0] for reference in names_in(patterns, source).references if not reference.called}


def _flatten(node: Node) -> tuple[Path, list[Node]]:
    """Return a reference's constant leading segments and the expressions inside the rest of it."""
    segments: list[str | None] = []
    indexes: list[Node] = []
    while True:
        ((kind, body),) = node.items()
        match kind:
            case "Var":
                segments.append(body["value"])
                break
            case "RefDot":
                segments.append(body["field"][1])
            case "RefBrack":
                constant = body["index"].get("String")
                segments.append(constant["value"] if constant else None)
                if not constant:
                    indexes.append(body["index"])
            case _:
                indexes.append(node)
                segments.append(None)
                break
        node = body["refr"]
    segments.reverse()
    end = segments.index(None) if None in segments else len(segments)
    return tuple(segment for segment in segments[:end] if segment is not None), indexes


def _text(span: Node, source: bytes) -> str:
    return source[span["start"] : span["end"]].decode()
