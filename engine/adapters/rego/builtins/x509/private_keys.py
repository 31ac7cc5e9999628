"""Private keys as Go reads them: its structure of each, and the JSON web key. Numbers are text."""

import math
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurve, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value
from engine.adapters.rego.builtins.x509.algorithms import KEY_KINDS, KeyKind, identified
from engine.adapters.rego.builtins.x509.der import (
    EXPLICIT,
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    Der,
    Malformed,
    Oid,
)
from engine.adapters.rego.builtins.x509.public_keys import CURVES, ec_shown
from engine.adapters.rego.builtins.x509.rendering import decimal, encoded

_WHAT: Final = "private key"
_X25519: Final = (1, 3, 101, 110)
_SEED_OCTETS: Final = 32
_EXPONENT_MAX: Final = 2**31
# The moduli that Go takes apart are public; these are the least distance and exponent it allows.
_APART_BITS: Final = 100
_WEB_CURVES: Final = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


class PrivateKey(NamedTuple):
    """A private key.

    Attributes:
        shown: Go's structure of it.
        web_key: as a JSON web key, None where there is none of its kind.
        public: Go's structure of its public half, None where certificates hold none of its kind.
    """

    shown: Value
    web_key: dict[str, str] | None
    public: Value


def of_any_kind(octets: bytes) -> PrivateKey:
    """Return the private key in one of the three forms that there are."""
    readers: tuple[Callable[[bytes], PrivateKey], ...] = (of_rsa, wrapped, of_curve)
    for read in readers:
        try:
            return read(octets)
        except Malformed:
            continue
    raise Malformed(_WHAT)


def wrapped(octets: bytes) -> PrivateKey:
    """Return the private key in PKCS #8."""
    inside = Der(octets, _WHAT).inside(SEQUENCE)
    inside.integer()
    algorithm, parameters = identified(inside.inside(SEQUENCE))
    key = inside.contents(OCTET_STRING)
    kind = KEY_KINDS.get(algorithm)
    if kind == KeyKind.RSA:
        return of_rsa(key)
    if kind == KeyKind.ECDSA:
        return of_curve(key, _named(parameters))
    if parameters or (kind != KeyKind.ED25519 and algorithm != _X25519):
        raise Malformed(_WHAT)
    seed = Der(key, _WHAT).contents(OCTET_STRING)
    if len(seed) != _SEED_OCTETS:
        raise Malformed(_WHAT)
    return _ed25519(seed) if kind == KeyKind.ED25519 else _x25519(seed)


def of_rsa(octets: bytes) -> PrivateKey:
    """Return the private key in PKCS #1.

    Raises:
        Malformed: it is none, or its numbers do not belong together.
        BuiltinFailed: it has more than two primes.
    """
    whole = Der(octets, _WHAT)
    inside = whole.inside(SEQUENCE)
    version = inside.integer()
    n, e, d, p, q = (inside.integer() for _ in range(5))
    if whole or version > 1 or min(n, d) <= 0 or min(p, q) <= 1 or not 1 < e < _EXPONENT_MAX:
        raise Malformed(_WHAT)
    given = [inside.integer() for _ in range(3) if inside.next_is(INTEGER)]
    if inside.next_is(SEQUENCE):
        raise BuiltinFailed("private keys of more than two primes are not supported")
    public = {"N": decimal(n), "E": e}
    if n != p * q or math.gcd(p, q) != 1:
        raise Malformed(_WHAT)
    computed = [d % (p - 1), d % (q - 1), pow(q, -1, p)]
    if (len(given) == len(computed) and given != computed) or not _sound(n, e, d, (p, q)):
        raise Malformed(_WHAT)
    names = ("Dp", "Dq", "Qinv")
    shown = {
        **public,
        "D": decimal(d),
        "Primes": [decimal(p), decimal(q)],
        "Precomputed": {name: decimal(number) for name, number in zip(names, computed, strict=True)}
        | {"CRTValues": []},
    }
    numbers = dict(zip(("n", "e", "d", "p", "q", "dp", "dq", "qi"), (n, e, d, p, q, *computed), strict=True))
    web_key = {name: _web_number(number) for name, number in numbers.items()} | {"kty": "RSA"}
    return PrivateKey(shown, web_key, public)


def of_curve(octets: bytes, named: Oid | None = None) -> PrivateKey:
    """Return the private key in SEC 1; `named` is its curve where what is around it says so."""
    inside = Der(octets, _WHAT).inside(SEQUENCE)
    if inside.integer() != 1:
        raise Malformed(_WHAT)
    secret = int.from_bytes(inside.contents(OCTET_STRING), "big")
    inner = inside.optional(EXPLICIT)
    own = inner.oid() if inner is not None else None
    if inside and (following := inside.any_element()).tag == EXPLICIT | 1:
        Der(following.contents, _WHAT).bits()
    curve = CURVES.get(named or own or ())
    if curve is None:
        raise Malformed(_WHAT)
    try:
        key = derive_private_key(secret, curve)
    except ValueError:
        raise Malformed(_WHAT) from None
    public = ec_shown(key.public_key())
    return PrivateKey(public | {"D": decimal(secret)}, _web_curve(curve, public, secret), public)


def _sound(n: int, e: int, d: int, primes: tuple[int, int]) -> bool:
    """Tell whether Go takes an RSA key for one: what it checks, no more (it does not test primality)."""
    p, q = primes
    inverse = all(e * d % (prime - 1) == 1 for prime in primes)
    half = n.bit_length() // 2
    apart = abs(p - q).bit_length() > half - _APART_BITS
    return bool(n % 2) and bool(e % 2) and inverse and apart and d.bit_length() > half


def _named(parameters: bytes) -> Oid | None:
    try:
        return Der(parameters, _WHAT).oid()
    except Malformed:
        return None


def _ed25519(seed: bytes) -> PrivateKey:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return PrivateKey(encoded(seed + public), _web_octets("Ed25519", seed, public), encoded(public))


def _x25519(seed: bytes) -> PrivateKey:
    public = X25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return PrivateKey({}, _web_octets("X25519", seed, public), None)


def _web_curve(curve: EllipticCurve, public: dict[str, Value], secret: int) -> dict[str, str] | None:
    if (name := _WEB_CURVES.get(curve.name)) is None:
        return None
    octets = (curve.key_size + 7) // 8
    numbers = {"x": int(public["X"]), "y": int(public["Y"]), "d": secret}
    fixed = {member: _web(number.to_bytes(octets, "big")) for member, number in numbers.items()}
    return fixed | {"kty": "EC", "crv": name}


def _web_octets(curve: str, seed: bytes, public: bytes) -> dict[str, str]:
    return {"kty": "OKP", "crv": curve, "x": _web(public), "d": _web(seed)}


def _web_number(number: int) -> str:
    return _web(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _web(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
