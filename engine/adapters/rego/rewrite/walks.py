"""`[path, value] = walk(x)`, which has each pair in OPA and never a value in the engine."""

from collections.abc import Iterator
from typing import Final

from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.syntax import Node

WALK: Final = "walk"


def walk_edits(text: str, tree: Node) -> list[Edit]:
    """Return the edits that make it `walk(x, [path, value])`; other uses of its value are for the checks."""
    source = text.encode()
    edits = []
    for body in _assignments(tree["rules"]) if WALK in text else ():
        ((kind, call),) = body["rhs"].items()
        if kind != "Call" or call["fcn"].get("Var", {}).get("value") != WALK or len(call["params"]) != 1:
            continue
        start, end = body["span"]["start"], call["span"]["end"]
        call_start = call["fcn"]["Var"]["span"]["start"]
        taken = source[start:call_start].decode().rstrip().removesuffix("=").removesuffix(":").rstrip()
        walked = source[call_start:end].decode().rstrip().removesuffix(")")
        names = ", ".join(sorted(set(_names(body["lhs"])))) if body["op"] == "ColEq" else ""
        if "\n" not in taken + walked:
            declared = f"some {names}; " if names else ""
            at = len(source[:start].decode())
            written = len(source[start:end].decode())
            edits.append(Edit(at, at + written, f"{declared}{walked}, {taken})"))
    return edits


def _assignments(node: Node) -> Iterator[Node]:
    """Yield the assignments and unifications that are statements of their own, innermost ones too."""
    if isinstance(node, list):
        for part in node:
            yield from _assignments(part)
    elif isinstance(node, dict):
        assigned = node.get("literal", {}).get("Expr", {}).get("expr", {}).get("AssignExpr")
        if assigned and not node.get("with_mods"):
            yield assigned
        for kind, part in node.items():
            if kind != "span":
                yield from _assignments(part)


def _names(pattern: Node) -> Iterator[str]:
    ((kind, body),) = pattern.items()
    if kind == "Var" and body["value"] != "_":
        yield body["value"]
    for part in body.get("items", ()):
        yield from _names(part)
    for _, _, value in body.get("fields", ()):
        yield from _names(value)
