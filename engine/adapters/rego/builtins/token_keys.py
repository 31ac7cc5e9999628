"""Keys of JSON web tokens: read from a certificate, a public key or JSON web keys, and put to use.

Importing it is slow: it brings `cryptography`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm, get_default_algorithms
from jwt.exceptions import PyJWTError
from jwt.utils import der_to_raw_signature

from engine.adapters.rego.builtins.operands import BuiltinFailed
from engine.adapters.rego.builtins.tokens import json_object, unbase64

_PEM: Final = re.compile(
    r"-----BEGIN (?P<label>[^\n-]*)-----.*?-----END (?P=label)-----[ \t]*\r?\n?", re.DOTALL
)
_WRONG: Final = (PyJWTError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, AttributeError)
_FAMILIES: Final[Mapping[object, Any]] = {"RSA": RSAAlgorithm, "EC": ECAlgorithm, "OKP": OKPAlgorithm}
_PUBLIC: Final = {
    "HS": bytes,
    "RS": RSAPublicKey,
    "PS": RSAPublicKey,
    "ES": EllipticCurvePublicKey,
    "Ed": Ed25519PublicKey,
}
_PRIVATE: Final = {"HS": bytes, "RS": RSAPrivateKey, "ES": EllipticCurvePrivateKey, "Ed": Ed25519PrivateKey}
_ALGORITHMS: Final = {
    name: algorithm
    for name, algorithm in get_default_algorithms().items()
    if name == "EdDSA" or (name[:2] in _PUBLIC and name[2:] in {"256", "384", "512"})
}


class Key(NamedTuple):
    """A key, with what a JSON web key says about it; empty where it says nothing."""

    key: object
    algorithm: str = ""
    id: str = ""


def public_keys(written: str) -> list[Key]:
    """Return the keys in a PEM certificate or public key, or in a JSON web key or a set of them.

    Those for unknown algorithms are left out.

    Raises:
        BuiltinFailed: it is none of these, or something follows the PEM.
    """
    if found := _PEM.search(written):
        if found.end() != len(written):
            raise BuiltinFailed("something follows the certificate or key")
        return [Key(_of_pem(found["label"], found.group().encode()))]
    keys = [_of_jwk(jwk) for jwk in _jwks(written)]
    return [key for key in keys if not key.algorithm or key.algorithm in _ALGORITHMS]


def signing_key(written: str) -> Key:
    """Return the first of the JSON web keys in a text.

    Raises:
        BuiltinFailed: there is none.
    """
    jwks = _jwks(written)
    if not jwks:
        raise BuiltinFailed("the set of JSON web keys is empty")
    return _of_jwk(jwks[0])


def verifies(key: Key, algorithm: str, signed: bytes, signature: bytes) -> bool:
    """Tell whether a signature is one by this key; a key of another kind than the algorithm's made none."""
    method = _ALGORITHMS.get(algorithm)
    if method is None or not isinstance(key.key, _PUBLIC[algorithm[:2]]):
        return False
    try:
        usable = key.key if isinstance(key.key, bytes) else method.prepare_key(key.key)
        return bool(method.verify(signed, usable, signature))
    except _WRONG:
        return False


def signature_of(key: Key, algorithm: str, signed: bytes) -> bytes:
    """Return the signature of bytes, the same each time.

    Raises:
        BuiltinFailed: the algorithm is unknown, or the key is not for it, or signing by it takes chance.
    """
    family, method = algorithm[:2], _ALGORITHMS.get(algorithm)
    if method is None:
        raise BuiltinFailed("the header names no algorithm that is known")
    if family == "PS":
        raise BuiltinFailed("signing by PS256, PS384 or PS512 takes chance; RS256 gives the same each time")
    if not isinstance(key.key, _PRIVATE[family]):
        raise BuiltinFailed("the key is not a private one for the header's algorithm")
    try:
        if isinstance(key.key, EllipticCurvePrivateKey):
            method.prepare_key(key.key)
            digest = method.hash_alg()
            return der_to_raw_signature(
                key.key.sign(signed, ECDSA(digest, deterministic_signing=True)), key.key.curve
            )
        return bytes(method.sign(signed, key.key))
    except _WRONG:
        raise BuiltinFailed("the key does not sign by the header's algorithm") from None


def _of_pem(label: str, pem: bytes) -> object:
    try:
        if label == "CERTIFICATE":
            return load_pem_x509_certificate(pem).public_key()
        if label == "PUBLIC KEY":
            return load_pem_public_key(pem)
    except _WRONG:
        raise BuiltinFailed("the certificate or key is damaged, or of a kind that is not supported") from None
    raise BuiltinFailed("the PEM holds neither a certificate nor a public key")


def _jwks(written: str) -> Sequence[Mapping[str, Any]]:
    found = json_object(written)
    keys = found.get("keys", [found])
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise BuiltinFailed("the set of JSON web keys holds no array of objects")
    return keys


def _of_jwk(jwk: Mapping[str, Any]) -> Key:
    kind = jwk.get("kty")
    try:
        key = unbase64(jwk["k"]) if kind == "oct" else _FAMILIES[kind].from_jwk(dict(jwk))
    except _WRONG:
        raise BuiltinFailed("a JSON web key is damaged, or of a kind that is not supported") from None
    return Key(key, str(jwk.get("alg", "")), str(jwk.get("kid", "")))
