"""How Go's JSON shows octets and object identifiers, and how numbers without bound are shown here."""

from base64 import b64encode
from collections.abc import Iterable

from engine.adapters.rego.builtins.operands import BuiltinFailed
from engine.adapters.rego.builtins.x509.der import Oid
from engine.core.limits import POLICY_CERTIFICATE_NUMBER_MAX_BITS


def encoded(octets: bytes) -> str:
    """Return octets in base64."""
    return b64encode(octets).decode()


def decimal(number: int) -> str:
    """Return a number as text: the engine would round it.

    Raises:
        BuiltinFailed: it has more than `POLICY_CERTIFICATE_NUMBER_MAX_BITS`.
    """
    if number.bit_length() > POLICY_CERTIFICATE_NUMBER_MAX_BITS:
        raise BuiltinFailed(f"a number has more than {POLICY_CERTIFICATE_NUMBER_MAX_BITS} bits")
    return str(number)


def dotted(oid: Oid) -> str:
    """Return an object identifier in dots."""
    return ".".join(map(str, oid))


def listed(oids: Iterable[Oid]) -> list[list[int]] | None:
    """Return object identifiers as arrays, None where there is none."""
    return [list(oid) for oid in oids] or None
