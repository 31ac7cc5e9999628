"""The extensions of a certificate that Go takes apart, each into members of its structure."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from engine.adapters.rego.builtins.operands import Value
from engine.adapters.rego.builtins.x509 import constraints, names
from engine.adapters.rego.builtins.x509.der import (
    BOOLEAN,
    CONTEXT,
    EXPLICIT,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    Der,
    Malformed,
    Oid,
    oid_of,
)
from engine.adapters.rego.builtins.x509.rendering import dotted, encoded, listed
from engine.adapters.rego.builtins.x509.text import as_json

ALTERNATIVES: Final = (2, 5, 29, 17)
ABSENT: Final[Mapping[str, Value]] = {
    "KeyUsage": 0, "ExtKeyUsage": None, "UnknownExtKeyUsage": None,
    "BasicConstraintsValid": False, "IsCA": False, "MaxPathLen": 0, "MaxPathLenZero": False,
    "SubjectKeyId": None, "AuthorityKeyId": None, "OCSPServer": None, "IssuingCertificateURL": None,
    "DNSNames": None, "EmailAddresses": None, "IPAddresses": None, "URIs": None,
    **constraints.ABSENT,
    "CRLDistributionPoints": None, "PolicyIdentifiers": None, "Policies": None,
    "InhibitAnyPolicy": 0, "InhibitAnyPolicyZero": False,
    "InhibitPolicyMapping": 0, "InhibitPolicyMappingZero": False,
    "RequireExplicitPolicy": 0, "RequireExplicitPolicyZero": False, "PolicyMappings": None,
}  # fmt: skip

_OCSP: Final = (1, 3, 6, 1, 5, 5, 7, 48, 1)
_ISSUERS: Final = (1, 3, 6, 1, 5, 5, 7, 48, 2)
_PURPOSES: Final = (1, 3, 6, 1, 5, 5, 7, 3)
# Go's numbers of the purposes that it knows.
_USAGES: Final[Mapping[Oid, int]] = {
    (2, 5, 29, 37, 0): 0,
    **{(*_PURPOSES, number): number for number in range(1, 10)},
    (1, 3, 6, 1, 4, 1, 311, 10, 3, 3): 10,
    (2, 16, 840, 1, 113730, 4, 1): 11,
    (1, 3, 6, 1, 4, 1, 311, 2, 1, 22): 12,
    (1, 3, 6, 1, 4, 1, 311, 61, 1, 1): 13,
}
_USAGE_BITS: Final = 9
_INT_MAX: Final = 2**63
_OID_MAX: Final = 2**31


class Extension(NamedTuple):
    """An extension as it is in the certificate or the request."""

    id: Oid
    critical: bool
    value: bytes

    def as_json(self) -> dict[str, Value]:
        """Return Go's structure of it."""
        return {"Id": list(self.id), "Critical": self.critical, "Value": encoded(self.value)}


class TakenApart(NamedTuple):
    """What an extension says: members of Go's structure, and whether something in it is not understood."""

    members: Mapping[str, Value]
    unhandled: bool = False


def extension(der: Der) -> Extension:
    """Return an extension from what is in its sequence."""
    identifier = der.oid()
    critical = der.boolean() if der.next_is(BOOLEAN) else False
    return Extension(identifier, critical, der.contents(OCTET_STRING))


def taken_apart(found: Extension) -> TakenApart:
    """Return what an extension says; one that Go does not know is not understood."""
    read = _READERS.get(found.id)
    if read is None:
        return TakenApart({}, unhandled=True)
    if found.critical and found.id in _NEVER_CRITICAL:
        raise Malformed("extension that is marked critical")
    return read(found)


def _key_usage(found: Extension) -> TakenApart:
    octets, _ = Der(found.value, "key usage").bits()
    bits = "".join(f"{octet:08b}" for octet in octets)[:_USAGE_BITS]
    return TakenApart({"KeyUsage": int(bits[::-1] or "0", 2)})


def _purposes(found: Extension) -> TakenApart:
    oids = Der(found.value, "extended key usage").inside(SEQUENCE)
    usages = []
    while oids:
        usages.append(oids.oid())
    known = [_USAGES[oid] for oid in usages if oid in _USAGES]
    unknown = listed(oid for oid in usages if oid not in _USAGES)
    return TakenApart({"ExtKeyUsage": known or None, "UnknownExtKeyUsage": unknown})


def _basic_constraints(found: Extension) -> TakenApart:
    inside = Der(found.value, "basic constraints").inside(SEQUENCE)
    authority = inside.boolean() if inside.next_is(BOOLEAN) else False
    longest = _bounded(inside, INTEGER) if inside.next_is(INTEGER) else -1
    return TakenApart(
        {
            "BasicConstraintsValid": True,
            "IsCA": authority,
            "MaxPathLen": longest,
            "MaxPathLenZero": longest == 0,
        }
    )


def _alternatives(found: Extension) -> TakenApart:
    members = names.alternatives(found.value).as_json()
    return TakenApart(members, unhandled=not any(members.values()))


def _name_constraints(found: Extension) -> TakenApart:
    members, unhandled = constraints.name_constraints(found.value, critical=found.critical)
    return TakenApart(members, unhandled)


def _revocation_lists(found: Extension) -> TakenApart:
    points = Der(found.value, "CRL distribution points").inside(SEQUENCE)
    uris = []
    while points:
        name = points.inside(SEQUENCE).optional(EXPLICIT)
        full = name.inside(EXPLICIT) if name is not None else None
        while full is not None and full.next_is(names.URI):
            uris.append(as_json(full.contents(names.URI)))
    return TakenApart({"CRLDistributionPoints": uris or None})


def _subject_key(found: Extension) -> TakenApart:
    key = Der(found.value, "subject key identifier").contents(OCTET_STRING)
    return TakenApart({"SubjectKeyId": encoded(key)})


def _authority_key(found: Extension) -> TakenApart:
    inside = Der(found.value, "authority key identifier").inside(SEQUENCE)
    key = encoded(inside.contents(CONTEXT)) if inside.next_is(CONTEXT) else None
    return TakenApart({"AuthorityKeyId": key})


def _authority_access(found: Extension) -> TakenApart:
    places = Der(found.value, "authority info access").inside(SEQUENCE)
    members: dict[Oid, list[str]] = {_OCSP: [], _ISSUERS: []}
    while places:
        place = places.inside(SEQUENCE)
        method = place.oid()
        if place.next_is(names.URI):
            members.setdefault(method, []).append(as_json(place.contents(names.URI)))
    return TakenApart(
        {"OCSPServer": members[_OCSP] or None, "IssuingCertificateURL": members[_ISSUERS] or None}
    )


def _policies(found: Extension) -> TakenApart:
    what = "certificate policies"
    inside, oids = Der(found.value, what).inside(SEQUENCE), []
    while inside:
        oids.append(oid_of(inside.inside(SEQUENCE).contents(OID), what))
    if len(set(oids)) != len(oids):
        raise Malformed(what)
    small = [list(oid) for oid in oids if max(oid) < _OID_MAX]
    return TakenApart({"PolicyIdentifiers": small, "Policies": [dotted(oid) for oid in oids] or None})


def _policy_mappings(found: Extension) -> TakenApart:
    what = "policy mappings"
    inside, mappings = Der(found.value, what).inside(SEQUENCE), []
    while inside:
        pair = inside.inside(SEQUENCE)
        mappings.append(
            {
                name: dotted(oid_of(pair.contents(OID), what))
                for name in ("IssuerDomainPolicy", "SubjectDomainPolicy")
            }
        )
    return TakenApart({"PolicyMappings": mappings or None})


def _policy_constraints(found: Extension) -> TakenApart:
    inside = Der(found.value, "policy constraints").inside(SEQUENCE)
    members: dict[str, Value] = {}
    for number, name in enumerate(("RequireExplicitPolicy", "InhibitPolicyMapping")):
        if inside.next_is(CONTEXT | number):
            value = _bounded(inside, CONTEXT | number)
            members |= {name: value, f"{name}Zero": value == 0}
    return TakenApart(members)


def _inhibit_any_policy(found: Extension) -> TakenApart:
    value = _bounded(Der(found.value, "inhibit any policy"), INTEGER)
    return TakenApart({"InhibitAnyPolicy": value, "InhibitAnyPolicyZero": value == 0})


def _bounded(der: Der, tag: int) -> int:
    """Return a number that must fit Go's."""
    value = der.integer(tag)
    if not 0 <= value < _INT_MAX:
        raise der.malformed()
    return value


_ACCESS: Final = (1, 3, 6, 1, 5, 5, 7, 1, 1)
_SUBJECT_KEY: Final = (2, 5, 29, 14)
_AUTHORITY_KEY: Final = (2, 5, 29, 35)
_NEVER_CRITICAL: Final = {_ACCESS, _SUBJECT_KEY, _AUTHORITY_KEY}
_READERS: Final[Mapping[Oid, Callable[[Extension], TakenApart]]] = {
    _SUBJECT_KEY: _subject_key,
    (2, 5, 29, 15): _key_usage,
    ALTERNATIVES: _alternatives,
    (2, 5, 29, 19): _basic_constraints,
    (2, 5, 29, 30): _name_constraints,
    (2, 5, 29, 31): _revocation_lists,
    (2, 5, 29, 32): _policies,
    (2, 5, 29, 33): _policy_mappings,
    _AUTHORITY_KEY: _authority_key,
    (2, 5, 29, 36): _policy_constraints,
    (2, 5, 29, 37): _purposes,
    (2, 5, 29, 54): _inhibit_any_policy,
    _ACCESS: _authority_access,
}
