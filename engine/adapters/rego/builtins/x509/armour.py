"""Takes PEM and base64 off what was given, as Go does. What is in it is others' business."""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from typing import Final, NamedTuple

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value, octets
from engine.adapters.rego.builtins.x509.der import Malformed
from engine.core.limits import POLICY_CERTIFICATES_MAX_BYTES

BEGIN: Final = b"-----BEGIN"
_START: Final = b"-----BEGIN "
_END: Final = b"\n-----END "
_DASHES: Final = b"-----"
_ALPHABET: Final = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_QUANTUM: Final = 4


class Block(NamedTuple):
    """A block of PEM: what its first line says it is, and its octets."""

    label: bytes
    contents: bytes


def given(value: Value, operand: int) -> bytes:
    """Return an operand that must be a string and not too long.

    Raises:
        BuiltinFailed: it is no string, or longer than `POLICY_CERTIFICATES_MAX_BYTES`.
    """
    found = octets(value, operand)
    if len(found) > POLICY_CERTIFICATES_MAX_BYTES:
        raise BuiltinFailed(f"operand {operand} has more than {POLICY_CERTIFICATES_MAX_BYTES} bytes")
    return found


def unbase64(encoded: bytes, what: str) -> bytes:
    """Return what is encoded in base64, over one line or several."""
    joined = encoded.replace(b"\r", b"").replace(b"\n", b"")
    if not _ALPHABET.fullmatch(joined) or len(joined) % _QUANTUM:
        raise Malformed(what)
    try:
        return b64decode(joined, validate=True)
    except Error:
        raise Malformed(what) from None


def blocks(text: bytes) -> Iterator[Block]:
    """Yield the blocks of PEM in a text; what is around them, and what is no whole block, is passed over."""
    rest = text
    while (found := _next(rest)) is not None:
        block, rest = found
        yield block


def _next(text: bytes) -> tuple[Block, bytes] | None:
    """Return the first block and what follows it, None where there is no more."""
    at = 0
    while (end := text.find(_END, at)) >= 0:
        after_end = end + len(_END)
        begin = text.rfind(_START, at, end)
        if begin >= 0 and (begin == at or text[begin - 1 : begin] == b"\n"):
            block = _block(text[begin + len(_START) : end + 1], text[after_end:])
            if block is not None:
                return block, _line(text[after_end:])[1]
        at = after_end
    return None


def _block(inside: bytes, after: bytes) -> Block | None:
    first, body = _line(inside)
    label = first.removesuffix(_DASHES)
    last = after[: len(label) + len(_DASHES)]
    if label == first or last != label + _DASHES or _line(after[len(last) :])[0]:
        return None
    while b":" in _line(body)[0]:
        body = _line(body)[1]
    try:
        return Block(label, unbase64(body.replace(b" ", b"").replace(b"\t", b""), "PEM"))
    except Malformed:
        return None


def _line(text: bytes) -> tuple[bytes, bytes]:
    """Return the first line, without spaces at its end, and the rest."""
    line, _, rest = text.partition(b"\n")
    return line.rstrip(b" \t\r"), rest
