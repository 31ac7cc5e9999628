"""How Go's JSON shows octets and object identifiers."""

from base64 import b64encode
from collections.abc import Iterable

from engine.adapters.rego.builtins.x509.der import Oid


def encoded(octets: bytes) -> str:
    """Return octets in base64."""
    return b64encode(octets).decode()


def dotted(oid: Oid) -> str:
    """Return an object identifier in dots."""
    return ".".join(map(str, oid))


def listed(oids: Iterable[Oid]) -> list[list[int]] | None:
    """Return object identifiers as arrays, None where there is none."""
    return [list(oid) for oid in oids] or None
