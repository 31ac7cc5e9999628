"""Has every value that a test puts in the place of another looked up, as OPA does. Judges nothing.

Of several `with … as …` the engine looks at the last value alone: were another one undefined, the statement
would go on as if nothing had been given, and a test with a misspelt fixture could pass.
"""

from collections.abc import Iterator
from typing import Final

from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.suite.qualify import Names
from engine.adapters.rego.suite.tree import Places, nodes_in, path_of, references_in
from engine.adapters.rego.syntax import Node, package_of

# One more `with`, whose value is undefined where one of what it lists is; no document has this name.
_TARGET: Final = "data.__replaced"


def lookup_edits(tree: Node, text: str, names: Names) -> Iterator[Edit]:
    """Yield the edits that end several `with` by one that needs all that the values of these refer to."""
    places = Places(text)
    package = package_of(tree)
    for kind, body in nodes_in(tree["rules"]):
        if kind != "with_mods" or len(body) < 2:  # noqa: PLR2004 - of one the engine looks at the last
            continue
        values = [modifier["as"] for modifier in body]
        listed = [
            places.slice(found)
            for value in values
            for found in references_in(value)
            if not names.is_function(path_of(found), package)
        ]
        # Lines must stay where they are.
        if one_line := [reference for reference in listed if "\n" not in reference]:
            _, end = places.span(values[-1])
            yield Edit(end, end, f" with {_TARGET} as [{', '.join(one_line)}]")
