"""Text with expressions inside, `$"…{x}…"`, as a call of a function that every engine of ours has."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.rewrite.tokens import Kind, Token

# OPA's own name of it, which no policy may call.
FUNCTION: Final = "internal.template_string"

_UNDEFINED: Final = "<undefined>"
# The engine shows the empty set as it does the empty object.
_EXPRESSION: Final = '[sprintf("%v %v", [__shown, __shown == set()]) | __shown := '
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


def template_edits(tokens: Sequence[Token]) -> Iterator[Edit]:
    """Yield the edits that make each template a call; lines stay where they are."""
    for token in tokens:
        match token.kind:
            case Kind.TEMPLATE_WHOLE:
                before, skipped, after = "", 2, ""
            case Kind.TEMPLATE_OPEN:
                before, skipped, after = f"{FUNCTION}([", 2, f", {_EXPRESSION}"
            case Kind.TEMPLATE_MIDDLE:
                before, skipped, after = "], ", 1, f", {_EXPRESSION}"
            case Kind.TEMPLATE_CLOSE:
                before, skipped, after = "], ", 1, "])"
            case _:
                continue
        # Two edits, so that what stands on the last line of a text leads back to that line.
        last_line = token.start + token.text.rfind("\n") + 1
        yield Edit(token.start, last_line, f"{before}{_literal(token, skipped)}")
        yield Edit(last_line, token.end, after)


def joined(parts: Sequence[str | Sequence[str]]) -> str:
    """Return the value of a template: text, and for each expression the list of its values.

    Behind each value stands whether it is the empty set.

    Raises:
        ValueError: an expression has more than one value.
    """
    words = []
    for part in parts:
        if isinstance(part, str):
            words.append(part)
        elif len(set(part)) > 1:
            raise ValueError("an expression inside a text has more than one value")
        else:
            words.append(_shown(part[0]) if part else _UNDEFINED)
    return "".join(words)


def _shown(part: str) -> str:
    value, _, is_empty_set = part.rpartition(" ")
    return "set()" if is_empty_set == "true" else value


def _literal(token: Token, skipped: int) -> str:
    """Return a template's text as a plain literal, followed by as many line ends as the text held."""
    written = token.text[skipped:-1]
    if token.raw:
        return json.dumps(written.replace("\\{", "{"), ensure_ascii=False) + "\n" * written.count("\n")
    unescaped = _ESCAPE.sub(lambda found: "{" if found[1] == "{" else found[0], written)
    return f'"{unescaped}"'
