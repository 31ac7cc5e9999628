"""Rego's `uri.*`: takes addresses apart as Go's `net/url` does, whose rules OPA's are. Nothing is fetched."""

import ipaddress
import re
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value, text

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_ESCAPES: Final = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
# A host may escape what is not ASCII, and the percent sign before the zone of an IPv6 address.
_HOST: Final = re.compile(
    r"""(?:[!"$&'()*+,\-.0-9:;<=>A-Z\[\]_a-z~]|[^\x00-\x7f]|%25|%[89A-Fa-f][0-9A-Fa-f])*"""
)
_ZONE: Final = re.compile(r"(?:[!$&'()*+,\-.0-9:;=A-Z_a-z~]|[^\x00-\x7f])+")
_PORT: Final = re.compile(r"(?::[0-9]*)?")
_USER: Final = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
# What Go leaves as it is in a path; `quote` leaves letters, digits and `_.-~` anyway.
_IN_PATH: Final = "$&+,/:;=@"


def parse(value: Value) -> dict[str, str]:
    """Return the parts of a URI that it has: scheme, hostname, port, path, raw_path, raw_query, fragment.

    Names and passwords before the host never come back. `raw_path` differs from `path` where that could be
    written in more than one way.
    """
    whole = text(value, 1)
    if _CONTROL.search(whole.partition("#")[0]):
        raise BuiltinFailed("the URI holds a control character")
    before, _, fragment = whole.partition("#")
    found = {"fragment": _unescaped(fragment)} | ({"path": "*"} if before == "*" else _parts(before))
    if path := found.get("path"):
        found["raw_path"] = found.get("raw_path") or path
    return {name: part for name, part in found.items() if part}


def is_valid(value: Value) -> bool:
    """Tell whether a string is a URI; the empty one is not."""
    if not isinstance(value, str) or not value:
        return False
    try:
        parse(value)
    except BuiltinFailed:
        return False
    return True


def _parts(before: str) -> dict[str, str]:
    scheme, rest = _scheme(before)
    rest, _, query = rest.partition("?")
    found = {"scheme": scheme, "raw_query": query}
    if not rest.startswith("/"):
        if scheme:
            return found
        if ":" in rest.partition("/")[0]:
            raise BuiltinFailed("the first segment of a relative path holds a colon")
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
        found |= _authority(scheme, authority)
    path = _unescaped(rest)
    return found | {"path": path, "raw_path": "" if quote(path, safe=_IN_PATH) == rest else rest}


def _scheme(before: str) -> tuple[str, str]:
    if before.startswith(":"):
        raise BuiltinFailed("the URI starts with a colon")
    found = _SCHEME.match(before)
    return (found[1].lower(), before[found.end() :]) if found else ("", before)


def _authority(scheme: str, authority: str) -> dict[str, str]:
    user, at, host = authority.rpartition("@")
    name, port = _bracketed(host) if host.startswith("[") else _named(scheme, host)
    if at:
        if not _USER.fullmatch(user):
            raise BuiltinFailed("the name before the host holds a character that it may not")
        _unescaped(user)
    return {"hostname": name, "port": port}


def _bracketed(host: str) -> tuple[str, str]:
    """Return an IPv6 address without its brackets, and the port after it."""
    name, bracket, port = host[1:].rpartition("]")
    if not bracket or not _PORT.fullmatch(port):
        raise BuiltinFailed("the host starts with a bracket and is no IPv6 address with a port")
    address, percent, zone = name.partition("%25")
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        raise BuiltinFailed("the host in brackets is no IPv6 address") from None
    if percent and not _ZONE.fullmatch(zone):
        raise BuiltinFailed("the zone of the IPv6 address holds a character that it may not")
    return _unescaped(name), port[1:]


def _named(scheme: str, host: str) -> tuple[str, str]:
    if "[" in host:
        raise BuiltinFailed("the host holds a bracket")
    name, colon, port = host.partition(":") if scheme in {"http", "https"} else host.rpartition(":")
    if not colon:
        name, port = host, ""
    if not _PORT.fullmatch(colon + port):
        raise BuiltinFailed("the port is not a number")
    if not _HOST.fullmatch(name):
        raise BuiltinFailed("the host holds a character or an escape that it may not")
    return _unescaped(name), port


def _unescaped(part: str) -> str:
    if not _ESCAPES.fullmatch(part):
        raise BuiltinFailed("a percent sign starts no escape")
    return unquote_to_bytes(part).decode(errors="replace")
