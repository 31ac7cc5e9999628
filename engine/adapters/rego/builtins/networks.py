"""Rego's `net.cidr_*`: which addresses and networks hold which. It resolves no name.

An IPv6 address that maps an IPv4 one counts as that, as everywhere in Go.
"""

import ipaddress
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Final, NamedTuple

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value, collection, kind, text
from engine.core.limits import POLICY_CIDR_EXPAND_MAX

_IPV4: Final = 4
_BITS: Final = {_IPV4: 32, 6: 128}
_LONGEST: Final = 10
# Texts whose meaning is kept: reading one takes ten times as long as comparing.
_REMEMBERED: Final = 1_024
# The classes of old: below which first octet a network has how long a prefix.
_CLASSES: Final = ((0x80, 8), (0xC0, 16), (0x100, 24))
_MAPPED: Final = 0xFFFF << 32
_MASK4: Final = 2**32 - 1


class _Network(NamedTuple):
    """A network with the address as it was written, host bits included."""

    version: int
    address: int
    prefix: int

    @property
    def first(self) -> int:
        return self.address & ~self._hosts

    @property
    def last(self) -> int:
        return self.address | self._hosts

    @property
    def _hosts(self) -> int:
        return (1 << (_BITS[self.version] - self.prefix)) - 1


def cidr_contains(network: Value, inner: Value) -> bool:
    """Tell whether a network holds an address or a whole network."""
    return _holds(_cidr(text(network, 1), 1), _cidr_or_address(text(inner, 2), 2))


def cidr_intersects(one: Value, other: Value) -> bool:
    """Tell whether two networks have an address in common."""
    first, second = _cidr(text(one, 1), 1), _cidr(text(other, 2), 2)
    return _holds(first, second) or _holds(second, first)


def cidr_is_valid(network: Value) -> bool:
    """Tell whether a value is a network in CIDR notation."""
    return isinstance(network, str) and _parsed(network) is not None


def cidr_contains_matches(networks: Value, inner: Value) -> set[tuple[Value, Value]]:
    """Return the pairs, each by index, key or member, of a network and what it holds."""
    ours = list(_entries(networks, 1))
    theirs = list(_entries(inner, 2)) if ours else []
    if not theirs:
        return set()
    outer = [(_cidr(cidr, 1), at) for cidr, at in ours]
    held = [(_cidr_or_address(cidr, 2), at) for cidr, at in theirs]
    return {(a, b) for (network, a), (part, b) in product(outer, held) if _holds(network, part)}


def cidr_expand(network: Value) -> set[str]:
    """Return every address of a network.

    Raises:
        BuiltinFailed: there are more than `POLICY_CIDR_EXPAND_MAX`.
    """
    found = _cidr(text(network, 1), 1)
    if found.last - found.first >= POLICY_CIDR_EXPAND_MAX:
        raise BuiltinFailed(
            f"the network has more than {POLICY_CIDR_EXPAND_MAX} addresses; compare with net.cidr_contains"
        )
    return {_shown(found.version, address) for address in range(found.first, found.last + 1)}


def cidr_merge(networks: Value) -> set[str]:
    """Return the fewest networks that cover the same addresses.

    A bare IPv4 address stands for its classful network (10.0.0.1: all of 10.0.0.0/8); a bare IPv6 one is
    refused.
    """
    ranges = sorted(_span(_mergeable(network)) for network in collection(networks, 1))
    merged: list[_Span] = []
    for current in reversed(ranges):
        if merged and _previous(merged[-1].first) <= current.last:
            following = merged.pop()
            merged.append(_Span(following.last, min(current.first, following.first), None))
        else:
            merged.append(current)
    return {cidr for span in merged for cidr in _cidrs(span)}


class _Span(NamedTuple):
    """Addresses from `first` to `last`, those of IPv4 where IPv6 maps them.

    `unmerged` is the network as it was given, None once it is more than one.
    """

    last: int
    first: int
    unmerged: str | None


def _span(network: _Network) -> _Span:
    shift = _MAPPED if network.version == _IPV4 else 0
    shown = f"{_shown(network.version, network.address)}/{network.prefix}"
    return _Span(network.last + shift, network.first + shift, shown)


def _previous(address: int) -> int:
    """Return the address before; the first one of IPv4 and that of IPv6 have none but themselves."""
    return address if address in {0, _MAPPED} else address - 1


def _cidrs(span: _Span) -> Iterator[str]:
    if span.unmerged is not None:
        yield span.unmerged
        return
    first, last = (ipaddress.ip_address(_shown(*_unmapped(end))) for end in (span.first, span.last))
    yield from map(str, ipaddress.summarize_address_range(first, last))


def _mergeable(network: Value) -> _Network:
    if not isinstance(network, str):
        raise BuiltinFailed(f"operand 1: a member must be string but is {kind(network)}")
    if (address := _address(network)) is None:
        return _cidr(network, 1)._replace(address=_cidr(network, 1).first)
    if address.version != _IPV4:
        raise BuiltinFailed("operand 1: an IPv6 address needs a prefix length")
    return address._replace(prefix=next(prefix for end, prefix in _CLASSES if address.address < end << 24))


def _holds(network: _Network, part: _Network) -> bool:
    same_family = network.version == part.version
    return same_family and network.first <= part.first and part.last <= network.last


def _entries(value: Value, operand: int) -> Iterator[tuple[str, Value]]:
    """Yield what an operand names, each with its index, key or itself."""
    match value:
        case str():
            yield value, value
            return
        case dict():
            entries = [(member, key) for key, member in value.items()]
        case list():
            entries = [(member, index) for index, member in enumerate(value)]
        case _:
            entries = [(member, member) for member in collection(value, operand)]
    for member, index in entries:
        cidr = member[0] if isinstance(member, list) and member else member
        if not isinstance(cidr, str):
            raise BuiltinFailed(f"operand {operand}: each must be string or an array that starts with one")
        yield cidr, index


def _cidr_or_address(value: str, operand: int) -> _Network:
    return _address(value) or _cidr(value, operand)


def _cidr(value: str, operand: int) -> _Network:
    network = _parsed(value)
    if network is None:
        raise BuiltinFailed(f"operand {operand} is no network in CIDR notation")
    return network


@lru_cache(maxsize=_REMEMBERED)
def _parsed(value: str) -> _Network | None:
    written, slash, prefix = value.partition("/")
    address = _address(written, mapped=False)
    # More digits than a prefix length has would be slow to read, and never one.
    if not (slash and prefix.isascii() and prefix.isdecimal() and len(prefix) < _LONGEST):
        return None
    if address is None or int(prefix) > _BITS[address.version]:
        return None
    network = address._replace(prefix=int(prefix))
    version, _ = _unmapped(network.first) if address.version != _IPV4 else (_IPV4, 0)
    if version == address.version:
        return network
    return _Network(_IPV4, network.address & _MASK4, network.prefix - _BITS[6] + _BITS[4])


@lru_cache(maxsize=_REMEMBERED)
def _address(value: str, *, mapped: bool = True) -> _Network | None:
    """Return an address as the network that holds nothing else, None where the text is none."""
    if "%" in value:
        return None
    try:
        found = ipaddress.ip_address(value)
    except ValueError:
        return None
    version, number = (
        _unmapped(int(found)) if mapped and found.version != _IPV4 else (found.version, int(found))
    )
    return _Network(version, number, _BITS[version])


def _unmapped(address: int) -> tuple[int, int]:
    """Return version and number of an address in IPv6's numbering."""
    return (_IPV4, address & _MASK4) if address >> 32 == _MAPPED >> 32 else (6, address)


def _shown(version: int, address: int) -> str:
    return str(ipaddress.IPv4Address(address) if version == _IPV4 else ipaddress.IPv6Address(address))
