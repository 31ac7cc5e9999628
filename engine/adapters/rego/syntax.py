"""Reads the engine's syntax tree: package, imports, rules, references. Judges nothing.

The tree is nested JSON; an expression is an object with one key, its kind (`Var`, `RefDot`, `Call` …).
Places are byte offsets in the text that the engine read.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

Node: TypeAlias = Any
Path: TypeAlias = tuple[str, ...]

REFERENCES: Final = frozenset({"Var", "RefDot", "RefBrack"})


class Reference(NamedTuple):
    """A name as it is used.

    Attributes:
        path: its constant leading segments; empty where it starts with no name (`[1][0]`).
        start, end: where it starts, and where that leading part ends.
        whole: whether nothing follows that part.
        parts: the expressions inside the rest.
        rest: the segments after that part, None for each that is not constant.
    """

    path: Path
    start: int
    end: int
    whole: bool
    parts: tuple[Node, ...]
    rest: tuple[str | None, ...]


class Import(NamedTuple):
    """An import; `name` is what the module calls it."""

    name: str
    path: Path
    start: int


class Rule(NamedTuple):
    """One definition of a rule or function; a name may have several.

    Attributes:
        path: the constant leading segments of its name.
        whole: whether its name has no other segments (`p[x].r` has).
        kind: `default`, `set` (`p contains x`), or `value`.
        arguments: None unless it is a function.
        key: the member of a set.
        parts: the expressions inside the rest of the name.
        values: what it may be, `else` included; None where it says nothing (true).
        bodies: queries, each with whether it follows an `else` and the value that it gives.
        end: where the definition ends.
        name_end: where the last brackets of its name end, without the closing one; None where it has none.
    """

    path: Path
    start: int
    whole: bool
    kind: str
    arguments: tuple[Node, ...] | None
    key: Node | None
    parts: tuple[Node, ...]
    value: Node | None
    bodies: tuple[Node, ...]
    end: int
    name_end: int | None

    @property
    def is_function(self) -> bool:
        """Whether it takes arguments."""
        return self.arguments is not None


def package_of(tree: Node) -> Path:
    """Return the segments of the package's name."""
    return reference_of(tree["package"]["refr"]).path


def imports_of(tree: Node, source: bytes) -> list[Import]:
    """Return the imports in their order, those that turn keywords on among them."""
    found = []
    for imported in tree["imports"]:
        path = reference_of(imported["refr"]).path
        alias = imported.get("as")
        name = text_of(alias, source) if alias else path[-1]
        found.append(Import(name, path, imported["span"]["start"]))
    return found


def rules_of(tree: Node) -> Iterator[Rule]:
    """Yield the definitions in their order, defaults included."""
    for rule in tree["rules"]:
        ((kind, body),) = rule.items()
        if kind == "Default":
            head, head_kind, value = body, "default", body["value"]
        else:
            ((head_kind, head),) = body["head"].items()
            assigned = head.get("assign")
            value = assigned["value"] if assigned else None
        name = reference_of(head["refr"])
        bracket = head["refr"].get("RefBrack")
        arguments = head.get("args") if head_kind != "default" or head["args"] else None
        yield Rule(
            path=name.path,
            start=name.start,
            whole=name.whole,
            kind={"default": "default", "Set": "set"}.get(head_kind, "value"),
            arguments=None if arguments is None else tuple(arguments),
            key=head.get("key"),
            parts=name.parts,
            value=value,
            bodies=tuple(body.get("bodies", ())),
            end=body["span"]["end"],
            name_end=next(iter(bracket["index"].values()))["span"]["end"] if bracket else None,
        )


def reference_of(node: Node) -> Reference:
    """Return what a `Var`, `RefDot` or `RefBrack` refers to."""
    segments: list[tuple[str | None, int]] = []
    parts: list[Node] = []
    start = 0
    while True:
        ((kind, body),) = node.items()
        start, end = body["span"]["start"], body["span"]["end"]
        match kind:
            case "Var":
                segments.append((body["value"], end))
                break
            case "RefDot":
                segments.append((body["field"][1], end))
            case "RefBrack":
                constant = body["index"].get("String") or body["index"].get("RawString")
                segments.append((constant["value"] if constant else None, end))
                if not constant:
                    parts.append(body["index"])
            case _:
                parts.append(node)
                segments.append((None, end))
                break
        node = body["refr"]
    segments.reverse()
    path: list[str] = []
    end = start
    for segment, segment_end in segments:
        if segment is None:
            break
        path.append(segment)
        end = segment_end
    rest = tuple(segment for segment, _ in segments[len(path) :])
    return Reference(tuple(path), start, end, not rest, tuple(reversed(parts)), rest)


def text_of(span: Node, source: bytes) -> str:
    """Return the text of a span."""
    return source[span["start"] : span["end"]].decode()


def parts_of(node: Node) -> Iterator[Node]:
    """Yield the expressions directly inside one that is neither reference, call nor comprehension."""
    ((_, body),) = node.items()
    for part in ("key", "value", "collection", "lhs", "rhs", "expr"):
        if isinstance(body.get(part), dict):
            yield body[part]
    yield from body.get("items", ())
    for _, key, value in body.get("fields", ()):
        yield key
        yield value
