"""Who a certificate is about: distinguished names, and the names of its alternative ones."""

from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from engine.adapters.rego.builtins.operands import Value
from engine.adapters.rego.builtins.x509.der import CONTEXT, SEQUENCE, SET, Der, Element, Malformed, Oid
from engine.adapters.rego.builtins.x509.text import ascii_text, string
from engine.adapters.rego.builtins.x509.urls import written, written_apart

# Tags of general names.
EMAIL: Final = CONTEXT | 1
DNS: Final = CONTEXT | 2
URI: Final = CONTEXT | 6
IP: Final = CONTEXT | 7

_LISTED: Final[Mapping[Oid, str]] = {
    (2, 5, 4, 6): "Country",
    (2, 5, 4, 7): "Locality",
    (2, 5, 4, 8): "Province",
    (2, 5, 4, 9): "StreetAddress",
    (2, 5, 4, 10): "Organization",
    (2, 5, 4, 11): "OrganizationalUnit",
    (2, 5, 4, 17): "PostalCode",
}
_SINGLE: Final[Mapping[Oid, str]] = {(2, 5, 4, 3): "CommonName", (2, 5, 4, 5): "SerialNumber"}
_IPV4_OCTETS: Final = 4
_IPV6_OCTETS: Final = 16


class Alternatives(NamedTuple):
    """The alternative names of a subject, by kind.

    Attributes:
        addresses: the octets of each.
        uris: each as it is written.
    """

    dns: list[str]
    emails: list[str]
    addresses: list[bytes]
    uris: list[str]

    def as_json(self) -> dict[str, Value]:
        """Return the members of Go's structure."""
        return {
            "DNSNames": self.dns or None,
            "EmailAddresses": self.emails or None,
            "IPAddresses": [address_text(address) for address in self.addresses] or None,
            "URIs": [written_apart(uri) for uri in self.uris] or None,
        }

    def uri_strings(self) -> list[str] | None:
        """Return the URIs as Go writes them again, None where there is none."""
        return [written(uri) for uri in self.uris] or None


def attributes(name: bytes, what: str, value_of: Callable[[Element, str], Value]) -> list[tuple[Oid, Value]]:
    """Return types and values of a distinguished name, given whole; `value_of` reads a value."""
    found = []
    sets = Der(name, what).inside(SEQUENCE)
    while sets:
        members = sets.inside(SET)
        while members:
            member = members.inside(SEQUENCE)
            kind = member.oid()
            found.append((kind, value_of(member.any_element(), what)))
    return found


def name_as_json(found: Iterable[tuple[Oid, Value]]) -> dict[str, Value]:
    """Return Go's structure of a distinguished name."""
    known: dict[str, Value] = dict.fromkeys(_LISTED.values()) | dict.fromkeys(_SINGLE.values(), "")
    names = []
    for kind, value in found:
        names.append({"Type": list(kind), "Value": value})
        if not isinstance(value, str):
            continue
        if (listed := _LISTED.get(kind)) is not None:
            known[listed] = [*(known[listed] or []), value]
        elif (single := _SINGLE.get(kind)) is not None:
            known[single] = value
    return known | {"Names": names or None, "ExtraNames": None}


def distinguished_name(name: bytes, what: str) -> dict[str, Value]:
    """Return Go's structure of a distinguished name in a certificate, given whole."""
    return name_as_json(attributes(name, what, string))


def alternatives(extension: bytes) -> Alternatives:
    """Return the names in an extension of alternative names; those of other kinds are left out."""
    what = "subject's alternative names"
    found = Alternatives([], [], [], [])
    names = Der(extension, what).inside(SEQUENCE)
    while names:
        tag, contents, _ = names.any_element()
        match tag:
            case _ if tag == EMAIL:
                found.emails.append(ascii_text(contents, what))
            case _ if tag == DNS:
                found.dns.append(ascii_text(contents, what))
            case _ if tag == URI:
                uri = ascii_text(contents, what)
                if not valid_domain(written_apart(uri)["Host"], constraint=False):
                    raise Malformed(what)
                found.uris.append(uri)
            case _ if tag == IP:
                if len(contents) not in {_IPV4_OCTETS, _IPV6_OCTETS}:
                    raise Malformed(what)
                found.addresses.append(contents)
    return found


def address_text(address: bytes) -> str:
    """Return an address as text; an IPv6 one that maps an IPv4 one is that."""
    if len(address) == _IPV4_OCTETS:
        return str(IPv4Address(address))
    found = IPv6Address(address)
    return str(found.ipv4_mapped or found)


def valid_domain(domain: str, *, constraint: bool) -> bool:
    """Tell whether a domain is one; the empty one is, and in constraints those that begin with a dot."""
    if not domain:
        return True
    labels = (domain[1:] if constraint and domain.startswith(".") else domain).split(".")
    return all(labels) and all("!" <= character <= "~" for character in domain)
