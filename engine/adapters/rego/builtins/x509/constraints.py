"""Name constraints of a certificate: for which names it may sign. No name is checked here."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from engine.adapters.rego.builtins.operands import Value
from engine.adapters.rego.builtins.x509 import names
from engine.adapters.rego.builtins.x509.der import EXPLICIT, SEQUENCE, Der, Malformed
from engine.adapters.rego.builtins.x509.rendering import encoded
from engine.adapters.rego.builtins.x509.text import ascii_text

_WHAT: Final = "name constraints"
_MEMBERS: Final[Mapping[int, str]] = {
    names.DNS: "DNSDomains",
    names.IP: "IPRanges",
    names.EMAIL: "EmailAddresses",
    names.URI: "URIDomains",
}
_SIDES: Final = ("Permitted", "Excluded")
_RANGE_OCTETS: Final = (8, 32)

ABSENT: Final[Mapping[str, Value]] = {
    "PermittedDNSDomainsCritical": False,
    **{f"{side}{member}": None for side in _SIDES for member in _MEMBERS.values()},
}


def name_constraints(extension: bytes, *, critical: bool) -> tuple[dict[str, Value], bool]:
    """Return the members of Go's structure, and whether there are constraints of a kind it does not know."""
    outer = Der(extension, _WHAT)
    inside = outer.inside(SEQUENCE)
    sides = [inside.optional(EXPLICIT | number) for number in range(len(_SIDES))]
    if outer or inside or not any(sides):
        raise Malformed(_WHAT)
    found: dict[str, Value] = dict(ABSENT) | {"PermittedDNSDomainsCritical": critical}
    unhandled = False
    for side, trees in zip(_SIDES, sides, strict=True):
        while trees:
            tag, contents, _ = trees.inside(SEQUENCE).any_element()
            if tag not in _MEMBERS:
                unhandled = True
                continue
            member = f"{side}{_MEMBERS[tag]}"
            found[member] = [*(found[member] or []), _constraint(tag, contents)]
    return found, unhandled


def _constraint(tag: int, contents: bytes) -> Value:
    if tag == names.IP:
        return _range(contents)
    written = ascii_text(contents, _WHAT)
    mailbox = tag == names.EMAIL and "@" in written
    if not mailbox and not names.valid_domain(written, constraint=True):
        raise Malformed(_WHAT)
    if tag == names.URI and _is_address(written):
        raise Malformed(_WHAT)
    return written


def _range(contents: bytes) -> Value:
    if len(contents) not in _RANGE_OCTETS:
        raise Malformed(_WHAT)
    half = len(contents) // 2
    address, mask = contents[:half], contents[half:]
    bits = "".join(f"{octet:08b}" for octet in mask)
    if "01" in bits:
        raise Malformed(_WHAT)
    return {"IP": names.address_text(address), "Mask": encoded(mask)}


def _is_address(written: str) -> bool:
    try:
        ip_address(written)
    except ValueError:
        return False
    return True
