"""Cuts Rego text into tokens, text with expressions inside (`$"…{x}…"`) included. Knows no grammar.

Every character of a source belongs to exactly one token. What a lexer would refuse is kept as a token: the
engine says what is wrong with it, in its own place.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, NamedTuple


class Kind(Enum):
    """What a token is. The template kinds are the text around expressions, with their quotes and braces."""

    SPACE = auto()
    COMMENT = auto()
    NAME = auto()
    TEXT = auto()
    OTHER = auto()
    TEMPLATE_WHOLE = auto()  # $"text"
    TEMPLATE_OPEN = auto()  # $"text{
    TEMPLATE_MIDDLE = auto()  # }text{
    TEMPLATE_CLOSE = auto()  # }text"


class Token(NamedTuple):
    """A piece of a source; `start` counts characters. `raw` is true for templates between back quotes."""

    kind: Kind
    start: int
    text: str
    raw: bool = False

    @property
    def end(self) -> int:
        """Where the next token starts."""
        return self.start + len(self.text)


# Raw strings run to the next back quote; strings and comments end with their line, closed or not, as in the
# engine's own lexer. Numbers are taken whole so that their letters are no names.
_PLAIN: Final = re.compile(
    r"""
    (?P<SPACE>\s+) | (?P<COMMENT>\#[^\n]*) | (?P<NAME>[^\W\d]\w*)
    | (?P<TEXT>`[^`]*(?:`|\Z) | "(?:[^"\\\n]|\\.)*"?)
    | (?P<TEMPLATE>\$["`])
    | (?P<OTHER>\d[\w.]* | .)
    """,
    re.VERBOSE | re.DOTALL,
)
# Text of a template up to the brace that opens an expression or to the end; a backslash hides what follows.
_QUOTED: Final = re.compile(r'(?:[^"\\{\n]|\\.)*(?P<end>["{])')
_BACK_QUOTED: Final = re.compile(r"(?:[^`\\{]|\\\{|\\)*(?P<end>[`{])")


def tokens_of(source: str) -> Iterator[Token]:
    """Yield the tokens of a source in their order. A template that never ends is one `OTHER` to the end."""
    open_templates: list[_Open] = []
    at = 0
    while at < len(source):
        token = _next(source, at, open_templates)
        yield token
        at = token.end


class _Open:
    """A template whose expression is being read; `braces` counts those that the expression has open."""

    def __init__(self, *, raw: bool) -> None:
        self.raw = raw
        self.braces = 0


def _next(source: str, at: int, open_templates: list[_Open]) -> Token:
    inside = open_templates[-1] if open_templates else None
    if inside is not None and source[at] == "}" and inside.braces == 0:
        open_templates.pop()
        return _template(source, at, at + 1, open_templates, raw=inside.raw)
    found = _PLAIN.match(source, at)
    # The last alternative takes any character, so that the pattern always matches.
    kind, text = (found.lastgroup, found.group()) if found else ("OTHER", source[at])
    if kind == "TEMPLATE":
        return _template(source, at, at + 2, open_templates, raw=text[1] == "`")
    if inside is not None:
        inside.braces += {"{": 1, "}": -1}.get(text, 0)
    return Token(Kind[kind or "OTHER"], at, text)


def _template(source: str, start: int, text_start: int, open_templates: list[_Open], *, raw: bool) -> Token:
    """Return the token from a template's quote or closing brace to its next opening brace or quote."""
    found = (_BACK_QUOTED if raw else _QUOTED).match(source, text_start)
    if found is None:
        open_templates.clear()
        return Token(Kind.OTHER, start, source[start:])
    goes_on = found["end"] == "{"
    if goes_on:
        open_templates.append(_Open(raw=raw))
    kinds = (
        (Kind.TEMPLATE_WHOLE, Kind.TEMPLATE_OPEN)
        if text_start == start + 2
        else (Kind.TEMPLATE_CLOSE, Kind.TEMPLATE_MIDDLE)
    )
    return Token(kinds[goes_on], start, source[start : found.end()], raw)
