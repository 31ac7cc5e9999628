"""Public keys in certificates: Go's structures of them. Private ones are read elsewhere.

Numbers that Go holds without bound are text of decimal digits: the engine has no such numbers.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP224R1,
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurve,
    EllipticCurvePublicKey,
)

from engine.adapters.rego.builtins.operands import Value
from engine.adapters.rego.builtins.x509.algorithms import KEY_KINDS, NULL, KeyKind, identified
from engine.adapters.rego.builtins.x509.der import SEQUENCE, Der, Malformed, Oid, right_aligned
from engine.adapters.rego.builtins.x509.rendering import decimal, encoded

CURVES: Final[Mapping[Oid, EllipticCurve]] = {
    (1, 3, 132, 0, 33): SECP224R1(),
    (1, 2, 840, 10045, 3, 1, 7): SECP256R1(),
    (1, 3, 132, 0, 34): SECP384R1(),
    (1, 3, 132, 0, 35): SECP521R1(),
}
_ED25519_OCTETS: Final = 32
_UNCOMPRESSED: Final = b"\x04"
_EXPONENT_MAX: Final = 2**63
_WHAT: Final = "public key"


class PublicKey(NamedTuple):
    """A public key: its kind, and Go's structure of it."""

    kind: KeyKind
    shown: Value


def public_key(information: bytes) -> PublicKey:
    """Return a public key, given whole with its algorithm; one of an unknown kind is shown as null."""
    outer = Der(information, _WHAT).inside(SEQUENCE)
    algorithm, parameters = identified(outer.inside(SEQUENCE))
    key = right_aligned(*outer.bits())
    kind = KEY_KINDS.get(algorithm, KeyKind.UNKNOWN)
    match kind:
        case KeyKind.RSA:
            return PublicKey(kind, _rsa(key, parameters))
        case KeyKind.DSA:
            return PublicKey(kind, _dsa(key, parameters))
        case KeyKind.ECDSA:
            return PublicKey(kind, _ec(key, parameters))
        case KeyKind.ED25519:
            if parameters or len(key) != _ED25519_OCTETS:
                raise Malformed(_WHAT)
            return PublicKey(kind, encoded(key))
        case _:
            return PublicKey(kind, None)


def ec_shown(key: EllipticCurvePublicKey) -> dict[str, Value]:
    """Return Go's structure of a key on a curve; it does not say which curve."""
    point = key.public_numbers()
    return {"Curve": {}, "X": decimal(point.x), "Y": decimal(point.y)}


def _rsa(key: bytes, parameters: bytes) -> Value:
    if parameters != NULL:
        raise Malformed(_WHAT)
    numbers = Der(key, _WHAT).inside(SEQUENCE)
    modulus, exponent = numbers.integer(), numbers.integer()
    if modulus <= 0 or not 0 < exponent < _EXPONENT_MAX:
        raise Malformed(_WHAT)
    return {"N": decimal(modulus), "E": exponent}


def _dsa(key: bytes, parameters: bytes) -> Value:
    y = Der(key, _WHAT).integer()
    shared = Der(parameters, _WHAT).inside(SEQUENCE)
    found = {name: shared.integer() for name in "PQG"} | {"Y": y}
    if min(found.values()) <= 0:
        raise Malformed(_WHAT)
    return {name: decimal(number) for name, number in found.items()}


def _ec(key: bytes, parameters: bytes) -> Value:
    curve = CURVES.get(Der(parameters, _WHAT).oid())
    if curve is None or not key.startswith(_UNCOMPRESSED):
        raise Malformed(_WHAT)
    try:
        return ec_shown(EllipticCurvePublicKey.from_encoded_point(curve, key))
    except ValueError:
        raise Malformed(_WHAT) from None
