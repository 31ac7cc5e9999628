"""Whether a certificate is a host's, as Go decides it: by its alternative names alone."""

import re
from ipaddress import IPv6Address, ip_address
from typing import Final

from engine.adapters.rego.builtins.x509.names import Alternatives, address_text

_LABEL: Final = r"[A-Za-z0-9_][A-Za-z0-9_-]*"
_NAME: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_PATTERN: Final = re.compile(rf"(\*(?=\.)|{_LABEL})(\.{_LABEL})*")


def is_for(alternatives: Alternatives | None, host: str) -> bool:
    """Tell whether a host, or an address that may stand in brackets, is one of a certificate's names."""
    if alternatives is None:
        return False
    bracketed = host.startswith("[") and host.endswith("]")
    if (address := _address(host[1:-1] if bracketed else host)) is not None:
        return address in map(address_text, alternatives.addresses)
    wanted = _lower(host)
    is_name = _NAME.fullmatch(wanted.removesuffix(".")) is not None
    return any(_matches(name, wanted, is_name=is_name) for name in alternatives.dns)


def _matches(name: str, wanted: str, *, is_name: bool) -> bool:
    if not (is_name and _PATTERN.fullmatch(name)):
        return wanted not in {"", "."} and _lower(name) == wanted
    own, theirs = _lower(name).split("."), wanted.removesuffix(".").split(".")
    if own[0] == "*":
        own, theirs = own[1:], theirs[1:]
    return own == theirs


def _lower(name: str) -> str:
    """Return a name with ASCII's capitals as small letters, others as they are."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def _address(host: str) -> str | None:
    """Return an address as certificates' are shown, None where a text is none; zones are no part of one."""
    if "%" in host:
        return None
    try:
        found = ip_address(host)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)
