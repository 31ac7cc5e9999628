"""Where registries are spoken to: base URLs as they are configured, and which addresses are the world's own.

Nothing is resolved or connected to here.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final, NamedTuple

from engine.core.errors import InvalidInput

IpAddress = IPv4Address | IPv6Address

_HOST: Final = r"\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?"
_SERVICE: Final = re.compile(rf"(https?)://({_HOST})(?::([0-9]{{1,5}}))?(/[^\s?#\\]*)?", re.IGNORECASE)
_NAMED: Final = re.compile(rf"({_HOST})(?::([0-9]{{1,5}}))?", re.IGNORECASE)
_PORTS: Final = {"https": 443, "http": 80}
_PORT_MAX: Final = 65_535
_NUMBER: Final = re.compile(r"0x[0-9a-f]+|[0-9]+", re.IGNORECASE)
_IPV4_PARTS: Final = 4
_BYTE: Final = 256
# RFC 6052: an IPv6 network reaches IPv4 hosts by these; the last 32 bits are theirs.
_NAT64: Final = IPv6Network("64:ff9b::/96")


class Origin(NamedTuple):
    """Whom a connection is made to: a host in lower case, without brackets, and a port."""

    host: str
    port: int


def parse_service_url(text: str, *, field: str) -> str:
    """Return a base URL as it is configured, without a slash at its end.

    Plain http is for this machine alone. A URL with a name, password, query or fragment is none of a service.

    Raises:
        InvalidInput: the text is no such URL; names `field`.
    """
    match = _SERVICE.fullmatch(text)
    if match is None or _port(match[1].lower(), match[3]) is None:
        raise InvalidInput(
            "a registry is named by a URL without a user, query or fragment",
            field=field,
            hint="for example https://registry.example.com",
        )
    if match[1].lower() == "http" and not is_this_machine(match[2].strip("[]")):
        raise InvalidInput(
            "plain http is spoken only to this machine",
            field=field,
            hint="use https",
            facts={"host": match[2]},
        )
    return text.rstrip("/")


def origin_of(url: str) -> Origin:
    """Return whom a configured URL names.

    Raises:
        InvalidInput: the text is no URL of a service.
    """
    match = _SERVICE.fullmatch(url)
    port = None if match is None else _port(match[1].lower(), match[3])
    if match is None or port is None:
        raise InvalidInput("a service is named by a URL", hint="for example https://registry.example.com")
    return Origin(match[2].strip("[]").lower(), port)


def parse_hosts(text: str, *, field: str) -> Sequence[Origin]:
    """Read a list of hosts, `registry.corp,artifacts.corp:8443`; the port is 443 where none is said.

    Raises:
        InvalidInput: an entry has another form; names `field`.
    """
    origins = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        match = _NAMED.fullmatch(entry)
        port = None if match is None else _port("https", match[2])
        if match is None or port is None:
            raise InvalidInput(
                "hosts are names, each with a port where it is not 443, with commas between",
                field=field,
                hint="for example registry.corp,artifacts.corp:8443",
            )
        origins.append(Origin(match[1].strip("[]").lower(), port))
    return origins


def is_this_machine(host: str) -> bool:
    """Tell whether a host names the machine itself: a loopback address, or `localhost`."""
    address = literal_address(host)
    name = host.lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or (address is not None and address.is_loopback)


def literal_address(host: str) -> IpAddress | None:
    """Return the address that a host is, in any notation that resolvers take for one; None for a name.

    IPv4 is also written in fewer than four parts, in octal and in hexadecimal: `127.1`, `0x7f.1`,
    `017700000001` (inet_aton(3)). A zone at the end of an IPv6 address is left out.
    """
    name = host.strip("[]").partition("%")[0].rstrip(".")
    if ":" in name:
        try:
            return ip_address(name)
        except ValueError:
            return None
    parts = name.split(".")
    if len(parts) > _IPV4_PARTS or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    numbers = [_number(part) for part in parts]
    if None in numbers:
        return None
    *leading, last = [number for number in numbers if number is not None]
    if any(number >= _BYTE for number in leading) or last >= _BYTE ** (_IPV4_PARTS - len(leading)):
        return None
    return IPv4Address(sum(n << 8 * (3 - i) for i, n in enumerate(leading)) + last)


def is_public(address: IpAddress) -> bool:
    """Tell whether an address is one of the world's: not private, link-local, loopback, shared or multicast.

    An IPv6 address that carries an IPv4 address is judged by that; tunnels that nobody uses any more (6to4,
    Teredo) are refused.
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address.sixtofour is not None or address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _port(scheme: str, text: str | None) -> int | None:
    number = _PORTS[scheme] if text is None else int(text)
    return number if 0 < number <= _PORT_MAX else None


def _number(text: str) -> int | None:
    """Read decimal, octal (a leading 0) or hexadecimal (0x), as C does."""
    try:
        octal = text.startswith("0") and not text.lower().startswith("0x")
        return int(text, 8 if octal else 0)
    except ValueError:
        return None
