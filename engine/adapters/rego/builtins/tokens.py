"""JSON web tokens without public keys: `io.jwt.decode`, `io.jwt.verify_hs*`, and what others begin with."""

import binascii
import hmac
import json
import math
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value, octets, text

NESTED: Final = "JWT"
_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]*={0,2}")
_SECTIONS: Final = 3
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Token(NamedTuple):
    """A token taken apart, nothing of it verified.

    Attributes:
        signed: what the signature is of.
        payload, signature: as they are in the token, encoded.
    """

    signed: bytes
    header: Mapping[str, Any]
    payload: str
    signature: str


def decode(token: Value) -> tuple[Value, Value, str]:
    """Return header, payload and signature, in hexadecimal, of the innermost token; nothing is verified."""
    whole = text(token, 1)
    while True:
        found = taken_apart(whole)
        if found.header.get("cty") != NESTED:
            break
        whole = utf8(found.payload).strip("\"'")
    return found.header, json_object(utf8(found.payload)), unbase64(found.signature).hex()


def verify_hs256(token: Value, secret: Value) -> bool:
    """Tell whether a token is signed with a secret by HMAC and SHA-256."""
    return _verify_hs(token, secret, "sha256")


def verify_hs384(token: Value, secret: Value) -> bool:
    """Tell whether a token is signed with a secret by HMAC and SHA-384."""
    return _verify_hs(token, secret, "sha384")


def verify_hs512(token: Value, secret: Value) -> bool:
    """Tell whether a token is signed with a secret by HMAC and SHA-512."""
    return _verify_hs(token, secret, "sha512")


def taken_apart(token: str) -> Token:
    """Return the parts of a token.

    Raises:
        BuiltinFailed: it has not three parts, is encrypted, or its header is no JSON object.
    """
    sections = token.split(".")
    if len(sections) != _SECTIONS:
        raise BuiltinFailed(f"the token has {len(sections)} sections, not {_SECTIONS}")
    header = json_object(utf8(sections[0]))
    if "enc" in header:
        raise BuiltinFailed("the token is encrypted, which is not supported")
    return Token(token.rpartition(".")[0].encode(), header, sections[1], sections[2])


def utf8(encoded: str) -> str:
    """Return the text in a section of a token."""
    try:
        return unbase64(encoded).decode()
    except UnicodeDecodeError:
        raise BuiltinFailed("a section of the token is not UTF-8") from None


def unbase64(encoded: str) -> bytes:
    """Return the bytes in a section of a token, or in a number of a key."""
    if not _ALPHABET.fullmatch(encoded):
        raise BuiltinFailed("a section of the token is not in base64url")
    try:
        padded = encoded if encoded.endswith("=") else encoded + "=" * (-len(encoded) % 4)
        return b64decode(padded, altchars=b"-_", validate=True)
    except binascii.Error:
        raise BuiltinFailed("a section of the token is not in base64url") from None


def json_object(written: str) -> dict[str, Any]:
    """Return the JSON object in a text; of members with one name, the last."""
    try:
        found = json.loads(written, parse_float=_finite, parse_constant=_finite)
    except ValueError:
        raise BuiltinFailed("a section of the token, or a key, is no JSON") from None
    if not isinstance(found, dict):
        raise BuiltinFailed("a section of the token, or a key, is no JSON object")
    settled: dict[str, Any] = _settled(found)
    return settled


def _settled(value: Value) -> Value:
    """Return a value of JSON with a replacement for half a surrogate pair, which the engine cannot hold."""
    match value:
        case str():
            return _SURROGATE.sub("\ufffd", value)
        case list():
            return [_settled(member) for member in value]
        case dict():
            return {_settled(key): _settled(member) for key, member in value.items()}
    return value


def _finite(written: str) -> float:
    if not math.isfinite(number := float(written)):
        raise ValueError
    return number


def _verify_hs(token: Value, secret: Value, digest: str) -> bool:
    parts, key = taken_apart(text(token, 1)), octets(secret, 2)
    return hmac.compare_digest(unbase64(parts.signature), hmac.new(key, parts.signed, digest).digest())
