"""URIs in certificates, taken apart and written again as Go's `net/url` does. Nothing is fetched."""

from typing import Final
from urllib.parse import quote, unquote_to_bytes

from engine.adapters.rego.builtins.operands import BuiltinFailed, Value
from engine.adapters.rego.builtins.uris import parse
from engine.adapters.rego.builtins.x509.der import Malformed
from engine.adapters.rego.builtins.x509.text import as_json

# What Go leaves as it is, part by part; `quote` leaves letters, digits and `_.-~` anyway.
_IN_PATH: Final = "$&+,/:;=@"
_IN_FRAGMENT: Final = "$&+,/:;=?@!()*"
_IN_HOST: Final = "!$&'()*+,;=:[]<>\""
_IN_USER: Final = "$&+,;="
# What a part may hold to be kept as it was written.
_KEPT: Final = "!$&'()*+,;=:@[]%/"


def written_apart(uri: str) -> dict[str, Value]:
    """Return Go's structure of a URI; of a name and password before the host it shows nothing.

    Raises:
        Malformed: it is no URI.
    """
    try:
        parse(uri)
    except BuiltinFailed:
        raise Malformed("URI") from None
    before, _, fragment = uri.partition("#")
    found: dict[str, Value] = {
        "Scheme": "", "Opaque": "", "User": None, "Host": "", "Path": "", "Fragment": "", "RawQuery": "",
        "RawPath": "", "RawFragment": "", "ForceQuery": False, "OmitHost": False,
    }  # fmt: skip
    if fragment:
        found["Fragment"], found["RawFragment"] = _both(fragment, _IN_FRAGMENT)
    return found | ({"Path": "*"} if before == "*" else _before_fragment(before))


def written(uri: str) -> str:
    """Return a URI as Go writes it once it has read it."""
    parts = written_apart(uri)
    start = f"{parts['Scheme']}:" if parts["Scheme"] else ""
    if parts["Opaque"]:
        start += parts["Opaque"]
    else:
        start += _authority_and_path(uri, parts, start)
    if parts["ForceQuery"] or parts["RawQuery"]:
        start += "?" + parts["RawQuery"]
    if parts["Fragment"]:
        start += "#" + _again(uri.partition("#")[2], _IN_FRAGMENT, _KEPT + "?")
    return as_json(start.encode())


def _before_fragment(before: str) -> dict[str, Value]:
    found: dict[str, Value] = {}
    rest = before
    if scheme := _scheme(before):
        rest = before[len(scheme) + 1 :]
        found["Scheme"] = scheme.lower()
    if rest.endswith("?") and rest.count("?") == 1:
        found["ForceQuery"] = True
    rest, _, found["RawQuery"] = rest.partition("?")
    if not rest.startswith("/") and scheme:
        return found | {"Opaque": rest}
    if _has_authority(rest, scheme):
        authority, slash, path = rest[2:].partition("/")
        _, at, host = authority.rpartition("@")
        found |= {"User": {} if at else None, "Host": as_json(unquote_to_bytes(host))}
        rest = slash + path
    elif scheme and rest.startswith("/"):
        found["OmitHost"] = True
    found["Path"], found["RawPath"] = _both(rest, _IN_PATH)
    return found


def _authority_and_path(uri: str, parts: dict[str, Value], start: str) -> str:
    before = uri.partition("#")[0].partition("?")[0]
    rest = before[len(start) :]
    shown, path = "", rest
    if _has_authority(rest, start):
        authority, slash, path = rest[2:].partition("/")
        path = slash + path
        user, at, host = authority.rpartition("@")
        shown = (_user(user) + "@" if at else "") + quote(unquote_to_bytes(host), safe=_IN_HOST)
    hosted = bool(shown) or (bool(start) and not parts["OmitHost"] and bool(path))
    path = _again(path, _IN_PATH, _KEPT)
    if path and not path.startswith("/") and parts["Host"]:
        path = "/" + path
    return ("//" if hosted else "") + shown + path


def _user(user: str) -> str:
    return ":".join(quote(unquote_to_bytes(part), safe=_IN_USER) for part in user.split(":", 1))


def _has_authority(rest: str, scheme: str) -> bool:
    return rest.startswith("//") and (bool(scheme) or not rest.startswith("///"))


def _scheme(before: str) -> str:
    """Return the scheme of a URI that is valid: what is before the first colon, if letters and so on."""
    scheme, colon, _ = before.partition(":")
    if not colon or not scheme[:1].isalpha():
        return ""
    return scheme if all(character.isalnum() or character in "+-." for character in scheme) else ""


def _both(part: str, safe: str) -> tuple[str, str]:
    """Return a part without escapes, and as it was written where that is not how Go would write it."""
    plain = unquote_to_bytes(part)
    return as_json(plain), "" if quote(plain, safe=safe) == part else part


def _again(part: str, safe: str, kept: str) -> str:
    """Return a part as it was written where its characters may stand so, otherwise as Go writes it."""
    usual = quote(unquote_to_bytes(part), safe=safe)
    may_stand = usual != part and quote(part, safe=kept) == part
    return part if may_stand or part == "*" else usual
