"""`with f as count`: the engine replaces a function by rules alone, so that each built-in gets one."""

import re
from typing import Final

from engine.adapters.rego.names import names_of
from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.rewrite.keywords import RESERVED
from engine.adapters.rego.rewrite.walks import WALK
from engine.adapters.rego.signatures import SIGNATURES
from engine.adapters.rego.syntax import REFERENCES, Node, imports_of, reference_of, rules_of
from engine.adapters.rego.vocabulary import FORBIDDEN

# To find the names of a source takes time; the name of a function has no spaces.
_REPLACED: Final = re.compile(r"\bwith\s+\S+\s+as\b")


def replacement_edits(text: str, tree: Node) -> list[Edit]:
    """Return the edits that replace by a function of the module that calls the built-in, and that add it."""
    if not _REPLACED.search(text):
        return []
    source = text.encode()
    rules = list(rules_of(tree))
    outer = frozenset(
        [rule.path[0] for rule in rules] + [imported.name for imported in imports_of(tree, source)]
    )
    edits: list[Edit] = []
    added: dict[str, str] = {}
    for rule in rules:
        names = names_of(rule, outer, source)
        declared = {use.start for use in names.uses if use.declared or outer.intersection(use.path[:1])}
        for replaced in names.withs:
            if next(iter(replaced.value)) not in REFERENCES:
                continue
            by = reference_of(replaced.value)
            name = ".".join(by.path)
            if (
                by.whole
                and by.start not in declared
                and name in SIGNATURES.keys() - FORBIDDEN.keys() - {WALK}
            ):
                start = len(source[: by.start].decode())
                edits.append(Edit(start, start + len(name), _stands_for(name)))
                added[name] = _rule(name)
    return [*edits, Edit(len(text), len(text), "".join(added.values()))] if added else []


def _stands_for(name: str) -> str:
    return f"{RESERVED}builtin_{name.replace('.', '_')}"


def _rule(name: str) -> str:
    arguments = ", ".join(f"__{number}" for number, _ in enumerate(SIGNATURES[name].arguments))
    return f"\n{_stands_for(name)}({arguments}) := {name}({arguments})"
