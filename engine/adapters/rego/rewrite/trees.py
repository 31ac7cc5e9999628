"""The rewritings that need a syntax tree, in their order. What needs none is in `text`."""

from collections.abc import Callable
from typing import Final

from engine.adapters.rego.rewrite.arguments import argument_edits
from engine.adapters.rego.rewrite.defaults import default_edits
from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.rewrite.negations import negated_equality_edits
from engine.adapters.rego.rewrite.references import path_edits, result_edits
from engine.adapters.rego.rewrite.replacements import replacement_edits
from engine.adapters.rego.rewrite.walks import walk_edits
from engine.adapters.rego.syntax import Node

# Each takes a text and its tree; the next one gets those that its edits make.
STEPS: Final[tuple[Callable[[str, Node], list[Edit]], ...]] = (
    path_edits,
    result_edits,
    default_edits,
    walk_edits,
    argument_edits,
    replacement_edits,
    negated_equality_edits,
)
