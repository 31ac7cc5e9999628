"""JSON web tokens with keys: `io.jwt.verify_*`, `io.jwt.decode_verify`, `io.jwt.encode_sign*`.

None reads the clock: where a token has a time, the caller says what time it is. None takes chance.
"""

import json
import math
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value, in_order, kind, mapping, text
from engine.adapters.rego.builtins.token_keys import Key, public_keys, signature_of, signing_key, verifies
from engine.adapters.rego.builtins.tokens import NESTED, Token, json_object, taken_apart, unbase64, utf8

_REFUSED: Final[tuple[bool, Value, Value]] = (False, {}, {})
_CONSTRAINTS: Final = frozenset({"alg", "aud", "cert", "iss", "secret", "time"})
_NANOSECONDS: Final = 1_000_000_000
# Go's JSON escapes these, which HTML or JavaScript would take for more than text.
_ESCAPED: Final = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


def _verify(algorithm: str, token: Value, keys: Value) -> bool:
    parts = taken_apart(text(token, 1))
    return _any_verifies(public_keys(text(keys, 2)), parts, algorithm)


verify_rs256 = partial(_verify, "RS256")
verify_rs384 = partial(_verify, "RS384")
verify_rs512 = partial(_verify, "RS512")
verify_ps256 = partial(_verify, "PS256")
verify_ps384 = partial(_verify, "PS384")
verify_ps512 = partial(_verify, "PS512")
verify_es256 = partial(_verify, "ES256")
verify_es384 = partial(_verify, "ES384")
verify_es512 = partial(_verify, "ES512")
verify_eddsa = partial(_verify, "EdDSA")


def decode_verify(token: Value, constraints: Value) -> tuple[bool, Value, Value]:
    """Return whether a token meets all constraints, and if so its header and payload.

    Raises:
        BuiltinFailed: the constraints are wrong, the token is none, or it has `exp` or `nbf` and there is no
            constraint `time`.
    """
    wanted = mapping(constraints, 2)
    keys = _keys(wanted)
    whole = text(token, 1)
    while True:
        parts = taken_apart(whole)
        algorithm = _checked(parts.header).get("alg", "")
        if not algorithm or algorithm != (wanted.get("alg") or algorithm):
            return _REFUSED
        if not _understood(parts.header) or not _any_verifies(keys, parts, algorithm):
            return _REFUSED
        if parts.header.get("cty", "").upper() != NESTED:
            break
        whole = utf8(parts.payload)
    payload = json_object(utf8(parts.payload))
    if not (_addressed(payload, wanted) and _in_time(payload, wanted.get("time"))):
        return _REFUSED
    return True, parts.header, payload


def encode_sign(header: Value, payload: Value, key: Value) -> str:
    """Return a signed token of values; the key is a JSON web key."""
    return encode_sign_raw(_json(header), _json(payload), _json(key))


def encode_sign_raw(header: Value, payload: Value, key: Value) -> str:
    """Return a signed token of texts of JSON; with another `typ` than JWT the payload may be any text."""
    written, content = text(header, 1), text(payload, 2)
    signer = signing_key(text(key, 3))
    names = json_object(written)
    algorithm = names.get("alg")
    if not isinstance(algorithm, str):
        raise BuiltinFailed("the header names no algorithm")
    if names.get("typ", NESTED) == NESTED:
        _require_json(content)
    signed = f"{_base64(written.encode())}.{_base64(content.encode())}"
    return f"{signed}.{_base64(signature_of(signer, algorithm, signed.encode()))}"


def _any_verifies(keys: Sequence[Key], parts: Token, algorithm: str) -> bool:
    """Tell whether one of the keys made the signature: the one that the header names, if it is there."""
    header = _checked(parts.header)
    signature = unbase64(parts.signature)
    named = [key for key in keys if key.id and key.id == header.get("kid")]
    fitting = [key for key in keys if key.algorithm in {"", header.get("alg")}]
    return any(verifies(key, algorithm, parts.signed, signature) for key in named[:1] or fitting)


def _checked(header: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in ("alg", "kid", "typ", "cty"):
        if not isinstance(header.get(name, ""), str):
            raise BuiltinFailed(f"the header's {name} must be string but is {kind(header[name])}")
    critical = header.get("crit", [""])
    if not isinstance(critical, list) or not any(isinstance(name, str) for name in critical):
        raise BuiltinFailed("the header's crit must be an array of strings, not empty")
    return header


def _understood(header: Mapping[str, Any]) -> bool:
    """Tell whether the header demands nothing of us that we do not know."""
    unknown = header.keys() - {"alg", "kid", "typ", "cty", "crit"}
    return not any(isinstance(name, str) and name in unknown for name in header.get("crit", []))


def _keys(constraints: Mapping[Value, Value]) -> Sequence[Key]:
    """Return the keys that the constraints name, after a look at all of them."""
    for name, value in constraints.items():
        if name not in _CONSTRAINTS:
            raise BuiltinFailed(f"a constraint is unknown; known are {', '.join(sorted(_CONSTRAINTS))}")
        if name != "time":
            if not isinstance(value, str):
                raise BuiltinFailed(f"the constraint {name} must be string but is {kind(value)}")
        elif kind(value) != "number" or value < 0:
            raise BuiltinFailed("the constraint time must be a number of nanoseconds, and not negative")
    certificate, secret = constraints.get("cert"), constraints.get("secret", "")
    if (certificate is None) == (not secret):
        raise BuiltinFailed("the constraints must name one of cert and secret")
    return [Key(secret.encode())] if certificate is None else public_keys(certificate)


def _addressed(payload: Mapping[str, Any], constraints: Mapping[Value, Value]) -> bool:
    """Tell whether issuer and audience are those that are wanted; an audience must be wanted."""
    issuer, audience = constraints.get("iss"), constraints.get("aud", "")
    if issuer and payload.get("iss") != issuer:
        return False
    if "aud" not in payload:
        return not audience
    given = payload["aud"] if isinstance(payload["aud"], list) else [payload["aud"]]
    return audience in given


def _in_time(payload: Mapping[str, Any], time: float | None) -> bool:
    """Tell whether the token has begun, and has not ended."""
    for name in ("exp", "nbf"):
        if name in payload and kind(payload[name]) != "number":
            raise BuiltinFailed(f"the token's {name} must be number but is {kind(payload[name])}")
    if time is None:
        if "exp" in payload or "nbf" in payload:
            raise BuiltinFailed(
                "the token has exp or nbf: give the constraint time, such as input.request.timestamp_ns"
            )
        return True
    now = time / _NANOSECONDS
    return bool(payload.get("nbf", now) <= now < payload.get("exp", math.inf))


def _json(value: Value) -> str:
    """Return the JSON of a value as Go writes it, sets as arrays."""
    return json.dumps(_plain(value), separators=(",", ":"), sort_keys=True, ensure_ascii=False).translate(
        _ESCAPED
    )


def _plain(value: Value) -> Value:
    match value:
        case list():
            return [_plain(member) for member in value]
        case set():
            return in_order(value)
        case dict() if all(isinstance(key, str) for key in value):
            return {key: _plain(member) for key, member in value.items()}
        case dict():
            raise BuiltinFailed("an object has a key that is no string")
    return value


def _require_json(written: str) -> None:
    try:
        json.loads(written)
    except ValueError:
        raise BuiltinFailed("the payload is no JSON, though the header's typ is JWT") from None


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
