"""Rego's `crypto.x509.parse_certificates`: Go's structure of a certificate. Nothing is verified."""

from typing import Final, NamedTuple

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value
from engine.adapters.rego.builtins.x509 import armour, extensions, names
from engine.adapters.rego.builtins.x509.algorithms import identified, signature_number
from engine.adapters.rego.builtins.x509.der import CONTEXT, EXPLICIT, SEQUENCE, Der, Malformed, right_aligned
from engine.adapters.rego.builtins.x509.public_keys import public_key
from engine.adapters.rego.builtins.x509.rendering import decimal, encoded, listed
from engine.core.limits import POLICY_CERTIFICATES_MAX

_WHAT: Final = "certificate"
_LABEL: Final = b"CERTIFICATE"
_LAST_VERSION: Final = 3


class Certificate(NamedTuple):
    """A certificate.

    Attributes:
        members: Go's structure of it.
        alternatives: the names in its extension of those, None where it has none.
    """

    raw: bytes
    members: dict[str, Value]
    alternatives: names.Alternatives | None

    def with_uri_strings(self) -> dict[str, Value]:
        """Return Go's structure with the member that OPA adds."""
        uris = self.alternatives.uri_strings() if self.alternatives else None
        return self.members | {"URIStrings": uris}


def parse_certificates(written: Value) -> list[Value]:
    """Return the certificates in PEM, or in base64 of PEM or DER.

    Raises:
        BuiltinFailed: one is damaged, they are too many, or it is another kind of PEM.
    """
    return [found.with_uri_strings() for found in certificates(armour.given(written, 1))]


def certificates(written: bytes) -> list[Certificate]:
    """Return the certificates in PEM, or in base64 of PEM or DER.

    Raises:
        Malformed: it is no such text.
        BuiltinFailed: there are more than `POLICY_CERTIFICATES_MAX`.
    """
    octets = written if written.startswith(armour.BEGIN) else armour.unbase64(written, "base64")
    if octets.startswith(armour.BEGIN):
        found = list(armour.blocks(octets))
        if any(block.label != _LABEL for block in found):
            raise Malformed("PEM of certificates")
        octets = b"".join(block.contents for block in found)
    rest, parsed = octets, list[Certificate]()
    while rest:
        if len(parsed) == POLICY_CERTIFICATES_MAX:
            raise BuiltinFailed(f"there are more than {POLICY_CERTIFICATES_MAX} certificates")
        parsed.append(_certificate(rest))
        rest = rest[len(parsed[-1].raw) :]
    return parsed


def certificate(der: bytes) -> Certificate:
    """Return the certificate that octets are, nothing after it."""
    found = _certificate(der)
    if found.raw != der:
        raise Malformed(_WHAT)
    return found


def _certificate(octets: bytes) -> Certificate:
    raw = Der(octets, _WHAT).element(SEQUENCE)
    outer = Der(raw, _WHAT).inside(SEQUENCE)
    signed = outer.element(SEQUENCE)
    inner = Der(signed, _WHAT).inside(SEQUENCE)
    numbered = inner.optional(EXPLICIT)
    version = 1 + (numbered.integer() if numbered is not None else 0)
    serial = inner.integer()
    if numbered or not 0 < version <= _LAST_VERSION or serial < 0:
        raise Malformed(_WHAT)
    algorithm = inner.contents(SEQUENCE)
    if algorithm != outer.contents(SEQUENCE):
        raise Malformed(_WHAT)
    issuer = inner.element(SEQUENCE)
    validity = inner.inside(SEQUENCE)
    subject, key = inner.element(SEQUENCE), inner.element(SEQUENCE)
    found_key = public_key(key)
    members: dict[str, Value] = {
        "Raw": encoded(raw),
        "RawTBSCertificate": encoded(signed),
        "RawSubjectPublicKeyInfo": encoded(key),
        "RawSubject": encoded(subject),
        "RawIssuer": encoded(issuer),
        "SignatureAlgorithm": signature_number(*identified(Der(algorithm, _WHAT))),
        "PublicKeyAlgorithm": int(found_key.kind),
        "PublicKey": found_key.shown,
        "Version": version,
        "SerialNumber": decimal(serial),
        "Issuer": names.distinguished_name(issuer, _WHAT),
        "Subject": names.distinguished_name(subject, _WHAT),
        "NotBefore": validity.time(),
        "NotAfter": validity.time(),
    }
    found = _extensions(inner, version)
    members |= _extension_members(found)
    members["Signature"] = encoded(right_aligned(*outer.bits()))
    named = [names.alternatives(one.value) for one in found if one.id == extensions.ALTERNATIVES]
    return Certificate(raw, members, named[0] if named else None)


def _extensions(inner: Der, version: int) -> list[extensions.Extension]:
    if version > 1:
        for unique in (1, 2):
            inner.optional(CONTEXT | unique)
    if version < _LAST_VERSION or (wrapped := inner.optional(EXPLICIT | 3)) is None:
        return []
    sequence, found = wrapped.inside(SEQUENCE), []
    while sequence:
        found.append(extensions.extension(sequence.inside(SEQUENCE)))
    if len({one.id for one in found}) != len(found):
        raise Malformed(_WHAT)
    return found


def _extension_members(found: list[extensions.Extension]) -> dict[str, Value]:
    members: dict[str, Value] = dict(extensions.ABSENT)
    unhandled = []
    for one in found:
        apart = extensions.taken_apart(one)
        members |= apart.members
        if one.critical and apart.unhandled:
            unhandled.append(one.id)
    return members | {
        "Extensions": [one.as_json() for one in found] or None,
        "ExtraExtensions": None,
        "UnhandledCriticalExtensions": listed(unhandled),
    }
