"""What OpenTofu and providers report, and how text from outside is made safe to show and to store."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.core.limits import UNTRUSTED_TEXT_MAX_CHARS

# Cc control, Cf format (most bidi and zero-width characters are here), Cs surrogate, Co private,
# Cn unassigned, Zl and Zp separators.
_ESCAPED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks that show nothing: with variation selectors a text can carry another one unseen.
# Unicode's DerivedCoreProperties, Default_Ignorable_Code_Point, less what the categories above cover.
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_KEPT: Final = "\n\t"
_ELLIPSIS: Final = " …(cut)"


class Diagnostic(BaseModel):
    """One message of OpenTofu or of a provider; `address` and `attribute` are empty where it names none."""

    model_config = ConfigDict(frozen=True)

    severity: Literal["error", "warning"]
    summary: str
    detail: str = ""
    address: str = ""
    attribute: str = ""

    def __str__(self) -> str:
        return f"{self.summary}: {self.detail}" if self.detail else self.summary


def sanitise(text: str, longest: int = UNTRUSTED_TEXT_MAX_CHARS) -> str:
    """Return text from outside with control, bidi and zero-width characters escaped.

    What is longer than `longest` characters then is cut, never inside an escape, and says so.
    """
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text
    pieces = [_escape(c) for c in text[: longest + 1]]
    if sum(map(len, pieces)) <= longest:
        return "".join(pieces)
    room = longest - len(_ELLIPSIS)
    ends = accumulate(map(len, pieces))
    return "".join(piece for piece, end in zip(pieces, ends, strict=True) if end <= room) + _ELLIPSIS


def errors_text(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the errors among the diagnostics as one safe text, a line each."""
    return sanitise("\n".join(str(d) for d in diagnostics if d.severity == "error"))


def _escape(character: str) -> str:
    invisible = _INVISIBLE.match(character) or unicodedata.category(character) in _ESCAPED_CATEGORIES
    if character in _KEPT or not invisible:
        return character
    return f"\\u{ord(character):04x}" if character <= "\uffff" else f"\\U{ord(character):08x}"
