"""Which algorithms Go knows in certificates, by its numbers. Keys are read elsewhere, nothing is verified."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from engine.adapters.rego.builtins.x509.der import EXPLICIT, SEQUENCE, Der, Malformed, Oid

NULL: Final = b"\x05\0"

_ED25519: Final = (1, 3, 101, 112)
_PSS: Final = (1, 2, 840, 113549, 1, 1, 10)
_MGF1: Final = (1, 2, 840, 113549, 1, 1, 8)
_TRAILER: Final = 1


class KeyKind(IntEnum):
    """Go's numbers of the kinds of public keys."""

    UNKNOWN = 0
    RSA = 1
    DSA = 2
    ECDSA = 3
    ED25519 = 4


KEY_KINDS: Final[Mapping[Oid, KeyKind]] = {
    (1, 2, 840, 113549, 1, 1, 1): KeyKind.RSA,
    (1, 2, 840, 10040, 4, 1): KeyKind.DSA,
    (1, 2, 840, 10045, 2, 1): KeyKind.ECDSA,
    _ED25519: KeyKind.ED25519,
}

# Go's numbers of the algorithms that sign.
_SIGNATURES: Final[Mapping[Oid, int]] = {
    (1, 2, 840, 113549, 1, 1, 4): 2,
    (1, 2, 840, 113549, 1, 1, 5): 3,
    (1, 3, 14, 3, 2, 29): 3,
    (1, 2, 840, 113549, 1, 1, 11): 4,
    (1, 2, 840, 113549, 1, 1, 12): 5,
    (1, 2, 840, 113549, 1, 1, 13): 6,
    (1, 2, 840, 10040, 4, 3): 7,
    (2, 16, 840, 1, 101, 3, 4, 3, 2): 8,
    (1, 2, 840, 10045, 4, 1): 9,
    (1, 2, 840, 10045, 4, 3, 2): 10,
    (1, 2, 840, 10045, 4, 3, 3): 11,
    (1, 2, 840, 10045, 4, 3, 4): 12,
    _ED25519: 16,
}
# Digest and length of the salt.
_PSS_SIGNATURES: Final[Mapping[tuple[Oid, int], int]] = {
    ((2, 16, 840, 1, 101, 3, 4, 2, 1), 32): 13,
    ((2, 16, 840, 1, 101, 3, 4, 2, 2), 48): 14,
    ((2, 16, 840, 1, 101, 3, 4, 2, 3), 64): 15,
}


def identified(der: Der) -> tuple[Oid, bytes]:
    """Return an algorithm and its parameters, whole, empty where it has none."""
    algorithm = der.oid()
    return algorithm, der.any_element().whole if der else b""


def signature_number(algorithm: Oid, parameters: bytes) -> int:
    """Return Go's number of an algorithm that signs, 0 where Go knows none."""
    if algorithm == _PSS:
        try:
            return _pss_number(Der(parameters, "parameters of a signature"))
        except Malformed:
            return 0
    if algorithm == _ED25519 and parameters:
        return 0
    return _SIGNATURES.get(algorithm, 0)


def _pss_number(der: Der) -> int:
    found = der.inside(SEQUENCE)
    digest, digest_parameters = identified(found.inside(EXPLICIT).inside(SEQUENCE))
    mask, mask_parameters = identified(found.inside(EXPLICIT | 1).inside(SEQUENCE))
    salt = found.inside(EXPLICIT | 2).integer()
    trailer = found.inside(EXPLICIT | 3).integer() if found.next_is(EXPLICIT | 3) else _TRAILER
    inner, inner_parameters = identified(Der(mask_parameters, "parameters of a signature").inside(SEQUENCE))
    plain = {digest_parameters, inner_parameters} <= {b"", NULL}
    if not plain or mask != _MGF1 or inner != digest or trailer != _TRAILER:
        return 0
    return _PSS_SIGNATURES.get((digest, salt), 0)
