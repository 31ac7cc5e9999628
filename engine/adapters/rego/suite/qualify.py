"""Gives names of the own package their full paths, so that `with` replaces what its author means.

The engine knows no rule by its name alone in `with`, and it does not see a replaced function that its own
package calls by its name alone. What imports stand for was written out when the module was parsed.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.suite.tree import Places, nodes_in, path_of, root_of
from engine.adapters.rego.syntax import Node, Path, imports_of, package_of
from engine.core.policy.suite.worlds import spelt_path

_ROOTS: Final = frozenset({"input", "data"})


class Names:
    """The rules and functions of a world, by package: a module may use those of its package by name alone."""

    def __init__(self, trees: Iterable[Node]) -> None:
        self._rules: dict[Path, set[str]] = {}
        self._functions: dict[Path, set[Path]] = {}
        for tree in trees:
            package = package_of(tree)
            rules = self._rules.setdefault(package, set())
            functions = self._functions.setdefault(package, set())
            for rule in tree["rules"]:
                ((kind, body),) = rule.items()
                name, is_function = _head(kind, body)
                rules.add(name[0])
                if is_function:
                    functions.add(name)

    def rules(self, package: Path) -> AbstractSet[str]:
        """Return the first segments of what a package defines."""
        return self._rules[package]

    def functions(self, package: Path) -> AbstractSet[Path]:
        """Return the paths of the functions that a package defines."""
        return self._functions[package]

    def is_function(self, path: Path, package: Path) -> bool:
        """Tell whether a reference in a package names a function: of its own, or by its full path."""
        if path in self._functions[package]:
            return True
        owned = self._functions.items()
        return any(("data", *owner, *name) == path for owner, names in owned for name in names)


def qualify(tree: Node, text: str, names: Names) -> Iterator[Edit]:
    """Yield the edits that give functions that are called, and what `with` replaces, their full paths."""
    at = Places(text).at
    package = package_of(tree)
    imported = {found.name for found in imports_of(tree, text.encode())}
    prefix = spelt_path(("data", *package)) + "."
    for kind, body in nodes_in(tree["rules"]):
        roots: list[Node | None] = []
        if kind == "Call" and path_of(body["fcn"]) in names.functions(package):
            roots = [root_of(body["fcn"])]
        elif kind == "with_mods":
            found = [root_of(modifier["refr"]) for modifier in body]
            roots = [root for root in found if root and root["value"] in names.rules(package) - _ROOTS]
        for root in roots:
            if root and root["value"] not in imported:
                start = at(root["span"]["start"])
                yield Edit(start, start, prefix)


def _head(kind: str, body: Node) -> tuple[Path, bool]:
    if kind == "Default":
        return path_of(body["refr"]), bool(body["args"])
    ((head_kind, head),) = body["head"].items()
    return path_of(head["refr"]), head_kind == "Func"
