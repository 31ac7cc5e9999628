"""Reads the constants of a template: words, texts and numbers, written as in Go."""

import math
import re
import sys
from contextlib import suppress
from typing import Final

from engine.adapters.rego.builtins.operands import BuiltinFailed

_ESCAPE: Final = re.compile(
    r"\\(?:([abfnrtv\\'\"])|x([0-7][0-9a-fA-F])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL
)
_LETTERS: Final = dict(zip("abfnrtv\\'\"", "\a\b\f\n\r\t\v\\'\"", strict=True))
WORDS: Final = {"true": True, "false": False, "nil": None}
_SURROGATES: Final = range(0xD800, 0xE000)


def constant(kind: str, written: str) -> str | float | None:
    """Return the value of a constant: a `name` of `WORDS`, a `raw` text, a `string`, a `character`, a number.

    Raises:
        BuiltinFailed: it is none; a number that starts with a zero, octal in Go, is refused.
    """
    match kind:
        case "name":
            return WORDS[written]
        case "raw":
            return written[1:-1]
        case "string":
            return _ESCAPE.sub(_character, written[1:-1])
        case "character":
            return ord(_ESCAPE.sub(_character, written[1:-1]))
    return _number(written)


def _number(written: str) -> float:
    with suppress(ValueError):
        number = int(written, 0)
        if -(2**63) <= number < 2**63:
            return number
    if re.match(r"[+-]?0?[0-9_]*$|[+-]?0[0-9]", written) or math.isinf(float(written)):
        raise BuiltinFailed("the template holds a number that is too large, or starts with a zero")
    return float(written)


def _character(found: re.Match[str]) -> str:
    letter, *numbers, other = found.groups()
    if letter:
        return _LETTERS[letter]
    code = next((int(number, 16) for number in numbers if number), _SURROGATES.start)
    if other or code in _SURROGATES or code > sys.maxunicode:
        raise BuiltinFailed("the template holds an escape that means nothing")
    return chr(code)
