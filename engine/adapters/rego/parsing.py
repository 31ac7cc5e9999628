"""From the text that a person wrote to a syntax tree: first looks, rewriting, the parser. Judges nothing."""

import json
from typing import Final, NamedTuple

from engine.adapters.rego.complaints import complaint_of
from engine.adapters.rego.engines import new_engine
from engine.adapters.rego.rewrite.edits import Rewritten
from engine.adapters.rego.rewrite.text import rewrite
from engine.adapters.rego.rewrite.trees import STEPS
from engine.adapters.rego.source import flaws_of_depth, flaws_of_text
from engine.adapters.rego.syntax import Node
from engine.adapters.rego.wire import Flaw

_FILE: Final = "source"
# How the engine complains about a rule that only Rego v0 lets stand.
_V0_SIGN: Final = "keyword is required before rule body"
_V0_HINT: Final = "write `if` before the body, or say with --rego-v0 that it is Rego v0"


class Parsed(NamedTuple):
    """A source that parses: the text that the engine reads and the tree of that text."""

    rewritten: Rewritten
    tree: Node


class SourceRefused(Exception):
    """A source does not parse, or must not reach the parser."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.message)
        self.flaw = flaw


def parse(source: str, *, rego_v0: bool) -> Parsed:
    """Return the tree of a source. May take seconds: call it where a time limit holds.

    Raises:
        SourceRefused: the text is not Rego, or too large or too deep.
    """
    _refuse(flaws_of_text(source))
    rewritten = rewrite(source, rego_v0=rego_v0)
    _refuse(flaws_of_depth(rewritten))
    tree = _tree(rewritten, rego_v0=rego_v0)
    for edits_of in STEPS:
        if edits := edits_of(rewritten.text, tree):
            rewritten = rewritten.then(edits)
            tree = _tree(rewritten, rego_v0=rego_v0)
    return Parsed(rewritten, tree)


def place_of(refused: RuntimeError, rewritten: Rewritten) -> tuple[int, int, str]:
    """Return where in the source as written the engine complains, and what about; zeros where nowhere."""
    _, line, column, message = complaint_of(refused)
    return *(rewritten.place(line, column) if line else (0, 0)), message


def _tree(rewritten: Rewritten, *, rego_v0: bool) -> Node:
    engine = new_engine(rego_v0=rego_v0)
    try:
        engine.add_policy(_FILE, rewritten.text)
        return json.loads(engine.get_ast_as_json())[0]["ast"]
    except RecursionError:  # a RuntimeError itself: Python's, on reading the syntax tree
        message, hint = "expressions nest too deeply", "name the inner value in a rule of its own"
        raise SourceRefused(Flaw(0, 0, "too_deep", message, hint)) from None
    except RuntimeError as refused:
        line, column, message = place_of(refused, rewritten)
        hint = _V0_HINT if not rego_v0 and _V0_SIGN in message else "correct the Rego"
        raise SourceRefused(Flaw(line, column, "syntax", message, hint)) from None


def _refuse(flaws: list[Flaw]) -> None:
    if flaws:
        raise SourceRefused(flaws[0])
