"""Text that means exactly a given value in OpenTofu's native syntax; nothing that is given becomes code.

Source: the HCL specification ("Quoted Templates", "Template Literals"), measured with OpenTofu.
Layout is `render`'s business.
"""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from engine.core.diagnostics import sanitise


@dataclass(frozen=True)
class Expression:
    """Text that OpenTofu evaluates: a reference or a variable, made by the engine and never by a caller."""

    text: str


Value: TypeAlias = "bool | int | float | str | Expression | list[Value] | dict[str, Value] | None"

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MISREAD: Final = re.compile("[\\r\\ufeff]")
_BARE_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# `for` would open an expression; the others are written in quotes so that nobody takes them for values.
_KEYWORDS: Final = frozenset({"for", "if", "in", "null", "true", "false"})


def template(text: str) -> str:
    """Return the template that yields `text` itself, as a string or a key of OpenTofu's JSON syntax.

    OpenTofu reads a carriage return before a doubled `$` wrongly there and drops a byte order mark (measured
    with 1.6.2 over all short texts); such a text is quoted inside of an interpolation.
    """
    return f"${{{quoted(text)}}}" if _MISREAD.search(text) else _doubled(text)


def quoted(text: str) -> str:
    """Return `text` as a quoted string on one line; what does not print is escaped."""
    return f'"{"".join(_ESCAPES.get(c) or (c if c.isprintable() else _code(c)) for c in _doubled(text))}"'


def key(text: str) -> str:
    """Return `text` as the key of an object.

    Each character is one column wide, as `tofu fmt` counts columns when it aligns: what may join with its
    neighbours into one is escaped.
    """
    if _BARE_KEY.fullmatch(text) and text not in _KEYWORDS:
        return text
    return "".join(c if _stands_alone(c) else _code(c) for c in quoted(text))


def number(value: float) -> str:
    """Return a number exactly; HCL reads Python's spelling."""
    return repr(value)


def comment(text: str) -> str:
    """Return one comment line.

    INVARIANT: a comment never ends its line, whatever stands in it.
    """
    return "# " + sanitise(text).replace("\n", "\\n").replace("\t", " ")


def _doubled(text: str) -> str:
    return text.replace("${", "$${").replace("%{", "%%{")


def _stands_alone(character: str) -> bool:
    if character < "\u0300" or "\u3040" <= character <= "\u3096" or "\u4e00" <= character <= "\u9fff":
        return character != "\u00ad"
    return character.isupper() or character.islower()


def _code(character: str) -> str:
    return f"\\u{ord(character):04x}" if character <= "\uffff" else f"\\U{ord(character):08x}"
