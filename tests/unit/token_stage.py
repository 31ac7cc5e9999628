"""Keys for every algorithm of JSON web tokens, made anew, and tokens that another library signs with them."""

from typing import Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

SECRET: Final = "s" * 64
RSA: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEYS: Final[dict[str, Any]] = {
    "RS256": RSA, "RS384": RSA, "RS512": RSA, "PS256": RSA, "PS384": RSA, "PS512": RSA,
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
    "HS256": SECRET, "HS384": SECRET, "HS512": SECRET,
}  # fmt: skip
ASYMMETRIC: Final = [name for name in KEYS if not name.startswith("HS")]
_FAMILIES: Final[dict[str, Any]] = {
    "RS": RSAAlgorithm,
    "PS": RSAAlgorithm,
    "ES": ECAlgorithm,
    "Ed": OKPAlgorithm,
}
_PRIVATE: Final = ("d", "p", "q", "dp", "dq", "qi")


def pem(algorithm: str) -> str:
    """The public key of an algorithm's key."""
    return str(
        KEYS[algorithm]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def jwk(algorithm: str, **extra: object) -> dict[str, Any]:
    """The private JSON web key of an algorithm's key."""
    key = KEYS[algorithm]
    if isinstance(key, str):
        return {"kty": "oct", "k": jwt.utils.base64url_encode(key.encode()).decode(), **extra}
    return {**_FAMILIES[algorithm[:2]].to_jwk(key, as_dict=True), **extra}


def public(algorithm: str, **extra: object) -> dict[str, Any]:
    """The public JSON web key of an algorithm's key."""
    return {name: value for name, value in jwk(algorithm, **extra).items() if name not in _PRIVATE}


def token(algorithm: str = "HS256", header: dict[str, Any] | None = None, **claims: object) -> str:
    """A token that PyJWT signed with an algorithm's key."""
    return jwt.encode(claims, KEYS[algorithm], algorithm, header)
