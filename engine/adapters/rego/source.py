"""What is refused about Rego text before any parser sees it. Grammar and meaning are `checks`' business."""

import re
from typing import Final

from engine.adapters.rego.places import position
from engine.adapters.rego.rewrite.edits import Rewritten
from engine.adapters.rego.wire import Flaw
from engine.core.limits import POLICY_LITERAL_MAX_DEPTH, POLICY_SOURCE_MAX_BYTES

# Raw strings run to the next back quote; strings and comments end with their line, closed or not, as in the
# engine's own lexer. A quote or bracket inside any of them is text.
_TOKEN: Final = re.compile(r'`[^`]*(?:`|\Z)|"(?:[^"\\\n]|\\.)*"?|#[^\n]*|[\[{\]}]')


def flaws_of_text(source: str) -> list[Flaw]:
    """Return why a text must not be read at all: not UTF-8, too large, NUL or byte order mark."""
    try:
        size = len(source.encode("utf-8"))
    except UnicodeEncodeError as wrong:
        line, column = position(source, wrong.start)
        return [Flaw(line, column, "not_utf8", "the text holds a lone surrogate", "save the file as UTF-8")]
    if size > POLICY_SOURCE_MAX_BYTES:
        message = f"the source has {size} bytes, more than {POLICY_SOURCE_MAX_BYTES}"
        return [Flaw(0, 0, "too_large", message, "split the policy, or move constants into fewer rules")]
    for character, name in (("\0", "a NUL character"), ("\ufeff", "a byte order mark")):
        if (found := source.find(character)) >= 0:
            line, column = position(source, found)
            return [Flaw(line, column, "invalid_character", f"the text holds {name}", "remove it")]
    return []


def flaws_of_depth(rewritten: Rewritten) -> list[Flaw]:
    """Return why a text must not reach the parser: brackets nest too deeply.

    The depth counts `[` and `{` of every use: the parser tries each as literal and as comprehension, which
    doubles its time with every level (measured: 10 deep 45 ms, 16 deep 4 s).
    """
    depth = 0
    for token in _TOKEN.finditer(rewritten.text):
        if token.group() in "[{":
            depth += 1
        elif token.group() in "]}":
            depth -= 1
        if depth > POLICY_LITERAL_MAX_DEPTH:
            line, column = position(rewritten.source, rewritten.offset(token.start()))
            message = f"brackets nest deeper than {POLICY_LITERAL_MAX_DEPTH}"
            return [Flaw(line, column, "too_deep", message, "name the inner value in a rule of its own")]
    return []
