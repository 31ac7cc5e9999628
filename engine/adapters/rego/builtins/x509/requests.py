"""Rego's `crypto.x509.parse_certificate_request`: Go's structure of a request. Nothing is verified."""

from collections.abc import Callable, Mapping
from typing import Final

from engine.adapters.rego.builtins.operands import Value
from engine.adapters.rego.builtins.x509 import armour, der, extensions, names
from engine.adapters.rego.builtins.x509.algorithms import identified, signature_number
from engine.adapters.rego.builtins.x509.der import EXPLICIT, SEQUENCE, SET, Der, Element, Malformed
from engine.adapters.rego.builtins.x509.public_keys import public_key
from engine.adapters.rego.builtins.x509.rendering import encoded
from engine.adapters.rego.builtins.x509.text import STRINGS, string

_WHAT: Final = "certificate request"
_LABEL: Final = b"CERTIFICATE REQUEST"
_EXTENSION_REQUEST: Final = (1, 2, 840, 113549, 1, 9, 14)
_INT_OCTETS: Final = 8
_NO_ALTERNATIVES: Final = names.Alternatives([], [], [], [])


def parse_certificate_request(written: Value) -> dict[str, Value]:
    """Return the request in PEM, or in base64 of PEM or DER.

    Raises:
        BuiltinFailed: it is damaged, or another kind of PEM.
    """
    octets = armour.given(written, 1)
    if not octets.startswith(b"-----BEGIN CERTIFICATE REQUEST-----"):
        octets = armour.unbase64(octets, "base64")
    block = next(armour.blocks(octets), armour.Block(_LABEL, octets))
    if block.label != _LABEL:
        raise Malformed("PEM of a certificate request")
    return _request(block.contents)


def _request(octets: bytes) -> dict[str, Value]:
    whole = Der(octets, _WHAT)
    outer = whole.inside(SEQUENCE)
    if whole:
        raise Malformed(_WHAT)
    signed = outer.element(SEQUENCE)
    inner = Der(signed, _WHAT).inside(SEQUENCE)
    version, subject, key = inner.integer(), inner.element(SEQUENCE), inner.element(SEQUENCE)
    attributes = _elements(inner.inside(EXPLICIT))
    algorithm = identified(outer.inside(SEQUENCE))
    found_key = public_key(key)
    asked = _extensions(attributes)
    named = [names.alternatives(one.value) for one in asked if one.id == extensions.ALTERNATIVES]
    return {
        "Raw": encoded(octets),
        "RawTBSCertificateRequest": encoded(signed),
        "RawSubjectPublicKeyInfo": encoded(key),
        "RawSubject": encoded(subject),
        "Version": version,
        "Signature": encoded(der.right_aligned(*outer.bits())),
        "SignatureAlgorithm": signature_number(*algorithm),
        "PublicKeyAlgorithm": int(found_key.kind),
        "PublicKey": found_key.shown,
        "Subject": names.name_as_json(names.attributes(subject, _WHAT, _any_value)),
        "Attributes": _attributes(attributes) or None,
        "Extensions": [one.as_json() for one in asked] or None,
        "ExtraExtensions": None,
        **(named[0] if named else _NO_ALTERNATIVES).as_json(),
    }


def _elements(sequence: Der) -> list[bytes]:
    found = []
    while sequence:
        found.append(sequence.any_element().whole)
    return found


def _extensions(attributes: list[bytes]) -> list[extensions.Extension]:
    """Return the extensions that are asked for; what is no attribute is left out."""
    found: list[extensions.Extension] = []
    for attribute in attributes:
        try:
            inside = Der(attribute, _WHAT).inside(SEQUENCE)
            kind, values = inside.oid(), _elements(inside.inside(SET))
        except Malformed:
            continue
        if kind == _EXTENSION_REQUEST and values:
            sequence = Der(values[0], _WHAT).inside(SEQUENCE)
            while sequence:
                found.append(extensions.extension(sequence.inside(SEQUENCE)))
    if len({one.id for one in found}) != len(found):
        raise Malformed(_WHAT)
    return found


def _attributes(attributes: list[bytes]) -> list[Value]:
    """Return those attributes whose values are sequences of types and values: what else there is Go drops."""
    found = []
    for attribute in attributes:
        try:
            inside = Der(attribute, _WHAT).inside(SEQUENCE)
            kind, sets = inside.oid(), inside.inside(SET)
            values = []
            while sets:
                values.append(_typed_values(sets.inside(SEQUENCE)))
        except Malformed:
            continue
        found.append({"Type": list(kind), "Value": values})
    return found


def _typed_values(sequence: Der) -> list[Value]:
    found = []
    while sequence:
        member = sequence.inside(SEQUENCE)
        kind = member.oid()
        found.append({"Type": list(kind), "Value": _any_value(member.any_element(), _WHAT)})
    return found


def _any_value(element: Element, what: str) -> Value:
    """Return a value of any kind as Go's JSON has it, null where Go knows no such kind."""
    if element.tag in STRINGS:
        return string(element, what)
    read = _READERS.get(element.tag)
    return None if read is None else read(Der(element.whole, what))


def _number(found: Der) -> int:
    contents = found.contents(der.INTEGER)
    if len(contents) > _INT_OCTETS:
        raise found.malformed()
    return der.whole_number(contents, _WHAT)


def _bits(found: Der) -> Value:
    octets, unused = found.bits()
    return {"Bytes": encoded(octets), "BitLength": len(octets) * 8 - unused}


_READERS: Final[Mapping[int, Callable[[Der], Value]]] = {
    der.BOOLEAN: Der.boolean,
    der.INTEGER: _number,
    der.BIT_STRING: _bits,
    der.OCTET_STRING: lambda found: encoded(found.contents(der.OCTET_STRING)),
    der.OID: lambda found: list(found.oid()),
    der.UTC_TIME: Der.time,
    der.GENERALIZED_TIME: Der.time,
}
