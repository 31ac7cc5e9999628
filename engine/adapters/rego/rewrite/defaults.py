"""Defaults of names that end in brackets (`default a["b"] := 1`), which the engine drops without a word."""

from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.rewrite.keywords import RESERVED
from engine.adapters.rego.syntax import Node, Path, Rule, rules_of


def default_edits(text: str, tree: Node) -> list[Edit]:
    """Return the edits that give the definitions of such a name another, and make the name stand for that."""
    source = text.encode()
    rules = list(rules_of(tree))
    bracketed = {
        rule.path for rule in rules if rule.kind == "default" and _end(text, source, rule) is not None
    }
    edits: list[Edit] = []
    for rule in rules:
        end = _end(text, source, rule) if rule.path in bracketed and rule.whole else None
        if end is None:
            continue
        start = len(source[: rule.start].decode())
        edits.append(Edit(start, end, _other_name(rule.path)))
        if rule.kind == "default":
            taken = ", ".join(f"__{number}" for number in range(len(rule.arguments or ())))
            arguments = f"({taken})" if rule.arguments is not None else ""
            stands_for = f" {text[start:end]}{arguments} := {_other_name(rule.path)}{arguments}"
            after = len(source[: rule.end].decode())
            edits.append(Edit(after, after, stands_for))
    return edits


def _end(text: str, source: bytes, rule: Rule) -> int | None:
    """Return where a name ends that ends in brackets, None for another."""
    if rule.name_end is None:
        return None
    return text.index("]", len(source[: rule.name_end].decode())) + 1


def _other_name(path: Path) -> str:
    return f"{RESERVED}default_{'_'.join(path)}"
