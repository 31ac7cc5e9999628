"""The strings of certificates, as Go reads them. Names and alternatives are made of these elsewhere."""

import re
from collections.abc import Mapping
from typing import Final

from engine.adapters.rego.builtins.x509.der import Element, Malformed

_BMP: Final = 0x1E
_IA5: Final = 0x16
_NUMERIC: Final = 0x12
_PRINTABLE: Final = 0x13
_T61: Final = 0x14
_UTF8: Final = 0x0C

STRINGS: Final = frozenset({_BMP, _IA5, _NUMERIC, _PRINTABLE, _T61, _UTF8})

_NO_CHARACTER: Final = re.compile("[\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U00010000-\U0010ffff]")
_ALPHABETS: Final[Mapping[int, re.Pattern[bytes]]] = {
    _IA5: re.compile(rb"[\x00-\x7f]*"),
    _NUMERIC: re.compile(rb"[0-9 ]*"),
    # The star and the ampersand are not allowed there, and met in practice.
    _PRINTABLE: re.compile(rb"[A-Za-z0-9'()*+,\-./ :=?&]*"),
}


def string(element: Element, what: str) -> str:
    """Return a string of one of ASN.1's kinds.

    Raises:
        Malformed: it is of another kind, or holds what its kind does not.
    """
    tag, contents, _ = element
    if tag == _T61:
        return contents.decode("latin-1")
    if tag == _BMP:
        return _bmp(contents, what)
    alphabet = _ALPHABETS.get(tag)
    if (alphabet is None and tag != _UTF8) or (alphabet and not alphabet.fullmatch(contents)):
        raise Malformed(what)
    try:
        return contents.decode()
    except UnicodeDecodeError:
        raise Malformed(what) from None


def ascii_text(contents: bytes, what: str) -> str:
    """Return a text that must be ASCII."""
    if not contents.isascii():
        raise Malformed(what)
    return contents.decode()


def as_json(octets: bytes) -> str:
    """Return octets as Go's JSON writes a string of them: each that is no UTF-8 is a replacement."""
    found = []
    while octets:
        try:
            found.append(octets.decode())
            break
        except UnicodeDecodeError as wrong:
            found.append(octets[: wrong.start].decode() + "\ufffd")
            octets = octets[wrong.start + 1 :]
    return "".join(found)


def _bmp(contents: bytes, what: str) -> str:
    if len(contents) % 2:
        raise Malformed(what)
    found = contents.removesuffix(b"\0\0").decode("utf-16-be", "surrogatepass")
    if _NO_CHARACTER.search(found):
        raise Malformed(what)
    return found
