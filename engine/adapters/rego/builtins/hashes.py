"""Rego's `crypto.*` digests: plain and keyed. Signatures are `tokens`' business."""

import hashlib
import hmac

from engine.adapters.rego.builtins.operands import Value, octets


def md5(value: Value) -> str:
    """Return the MD5 of a string, in hexadecimal: a checksum, no protection."""
    return hashlib.md5(octets(value, 1), usedforsecurity=False).hexdigest()


def sha1(value: Value) -> str:
    """Return the SHA-1 of a string, in hexadecimal: a checksum, no protection."""
    return hashlib.sha1(octets(value, 1), usedforsecurity=False).hexdigest()


def sha256(value: Value) -> str:
    """Return the SHA-256 of a string, in hexadecimal."""
    return hashlib.sha256(octets(value, 1)).hexdigest()


def hmac_md5(value: Value, key: Value) -> str:
    """Return the HMAC of a string with MD5, in hexadecimal."""
    return _hmac(value, key, "md5")


def hmac_sha1(value: Value, key: Value) -> str:
    """Return the HMAC of a string with SHA-1, in hexadecimal."""
    return _hmac(value, key, "sha1")


def hmac_sha256(value: Value, key: Value) -> str:
    """Return the HMAC of a string with SHA-256, in hexadecimal."""
    return _hmac(value, key, "sha256")


def hmac_sha512(value: Value, key: Value) -> str:
    """Return the HMAC of a string with SHA-512, in hexadecimal."""
    return _hmac(value, key, "sha512")


def hmac_equal(one: Value, other: Value) -> bool:
    """Tell whether two codes are equal, in a time that does not say where they differ."""
    return hmac.compare_digest(octets(one, 1), octets(other, 2))


def _hmac(value: Value, key: Value, digest: str) -> str:
    return hmac.new(octets(key, 2), octets(value, 1), digest).hexdigest()
