"""The rewriting of a source that needs no parser. What needs its syntax tree is in `trees`."""

from engine.adapters.rego.rewrite.edits import Rewritten
from engine.adapters.rego.rewrite.keywords import import_edits, keyword_edits
from engine.adapters.rego.rewrite.negations import negation_edits
from engine.adapters.rego.rewrite.templates import template_edits
from engine.adapters.rego.rewrite.tokens import tokens_of


def rewrite(source: str, *, rego_v0: bool) -> Rewritten:
    """Return a source in words that the engine reads; never refuses, and keeps every line in its place.

    Keywords inside references, needless imports of keywords, text with expressions inside and negated bodies.
    A source without them comes back as it is.
    """
    tokens = list(tokens_of(source))
    edits = [
        *import_edits(tokens, rego_v0=rego_v0),
        *keyword_edits(tokens, rego_v0=rego_v0),
        *template_edits(tokens),
        *negation_edits(tokens),
    ]
    return Rewritten(source, edits)
