"""Gives names their full paths, so that `with` replaces what its author means and nothing more is evaluated.

The engine evaluates a whole package for `import data.a` and `a.allow`, which lets an unrelated error in; it
knows no rule by its name alone in `with`; and it does not see a replaced function that its own package calls
by its name alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.suite.tree import Places, declared_below, nodes_in, path_of, root_of
from engine.adapters.rego.syntax import Node, Path, package_of
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


def qualify(tree: Node, text: str, names: Names) -> Iterator[Edit]:
    """Yield the edits that give a module's names their full paths."""
    places = Places(text)
    at = places.at
    package = package_of(tree)
    imports = _imports(tree, text)
    prefix = spelt_path(("data", *package)) + "."
    for rule in tree["rules"]:
        ((kind, body),) = rule.items()
        local = declared_below(body, places)
        own = root_of(body["refr"] if kind == "Default" else next(iter(body["head"].values()))["refr"])
        for inner, node in nodes_in(body):
            if inner == "Var" and node["value"] in imports and node["value"] not in local and node is not own:
                yield Edit(at(node["span"]["start"]), at(node["span"]["end"]), imports[node["value"]])
            elif inner == "Call":
                path, root = path_of(node["fcn"]), root_of(node["fcn"])
                if path in names.functions(package) and root and root["value"] not in imports:
                    yield Edit(at(root["span"]["start"]), at(root["span"]["start"]), prefix)
            elif inner == "with_mods":
                for root in filter(None, (root_of(modifier["refr"]) for modifier in node)):
                    if root["value"] in names.rules(package) - imports.keys() - _ROOTS:
                        yield Edit(at(root["span"]["start"]), at(root["span"]["start"]), prefix)


def _imports(tree: Node, text: str) -> Mapping[str, str]:
    at = Places(text).at
    found = {}
    for imported in tree["imports"]:
        path = path_of(imported["refr"])
        if path[:1] and path[0] in _ROOTS:
            alias = imported.get("as")
            found[text[at(alias["start"]) : at(alias["end"])] if alias else path[-1]] = spelt_path(path)
    return found


def _head(kind: str, body: Node) -> tuple[Path, bool]:
    if kind == "Default":
        return path_of(body["refr"]), bool(body["args"])
    ((head_kind, head),) = body["head"].items()
    return path_of(head["refr"]), head_kind == "Func"
