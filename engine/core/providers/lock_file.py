"""The text of `.terraform.lock.hcl`, read and written. What a lock means to a project is told elsewhere.

Written is, byte for byte, what OpenTofu writes for the same locks. Read is what it writes and what people may
make of that: comments, other spaces, hashes in another order. Everything else is refused, where OpenTofu
would refuse it too and in a few places more: blocks of modules, templates and escapes in strings.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, NoReturn

from engine.core.addrs import ProviderAddress, Version
from engine.core.errors import InvalidInput
from engine.core.limits import LOCK_FILE_MAX_BYTES
from engine.core.projects import ProviderLock
from engine.core.providers.hashes import is_package_hash
from engine.core.providers.requirements import Requirements

LOCK_FILE: Final = ".terraform.lock.hcl"
_HEADER: Final = """\
# This file is maintained automatically by "tofu init".
# Manual edits may be lost in future updates.
"""
_MEMBERS: Final = ("version", "constraints", "hashes")
_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t]+|(?:\#|//)[^\n]*|/\*.*?\*/)
      | (?P<newline>\n)
      | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
      | (?P<string>"[^"\\$%\n]*")
      | (?P<mark>[{}\[\]=,])""",
    re.VERBOSE | re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def write_locks(locks: Mapping[str, ProviderLock]) -> str:
    """Return the text of a lock file; `locks` are by the provider's address in any spelling."""
    by_address = {ProviderAddress.parse(address): lock for address, lock in locks.items()}
    ordered = sorted(by_address, key=lambda a: (a.host, a.namespace, a.name))
    return "\n".join([_HEADER, *(_block(address, by_address[address]) for address in ordered)])


def read_locks(text: str) -> dict[str, ProviderLock]:
    """Return the locks of a file by the short spelling of their provider's address.

    Raises:
        InvalidInput: the text is none, or not wholly; names the line and what stands there.
    """
    if len(text) > LOCK_FILE_MAX_BYTES:
        _refuse(1, f"the file is longer than {LOCK_FILE_MAX_BYTES} characters")
    return dict(_Reader(text.removeprefix("\ufeff").replace("\r\n", "\n")).locks())


def _block(address: ProviderAddress, lock: ProviderLock) -> str:
    members = {"version": lock.version, "constraints": lock.constraints}
    given = {name: value for name, value in members.items() if value}
    width = max(map(len, given))
    lines = [f'  {name:{width}} = "{value}"\n' for name, value in given.items()]
    if lock.hashes:
        hashes = "".join(f'    "{each}",\n' for each in sorted(set(lock.hashes)))
        lines.append(f"  hashes = [\n{hashes}  ]\n")
    return f'provider "{address.full}" {{\n{"".join(lines)}}}\n'


class _Reader:
    """Reads one file from its first token to its last."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = next(self._tokens)

    def locks(self) -> Iterator[tuple[str, ProviderLock]]:
        seen: set[str] = set()
        while self._skip_lines().kind != "end":
            word = self._take("name", "a block of a provider")
            if word.text != "provider":
                _refuse(word.line, f"{word.text} is not known: a lock file has blocks of providers only")
            label = self._take("string", "the address of a provider in quotes")
            address = _address(label)
            if address in seen:
                _refuse(label.line, f"{address} is locked twice")
            seen.add(address)
            yield address, self._lock(label.line, address)
            if self._next.kind != "end":
                self._take("newline", "the end of the line")

    def _lock(self, line: int, address: str) -> ProviderLock:
        self._take("{", "a {")
        one_line = self._next.kind != "newline"
        found: dict[str, str | tuple[str, ...]] = {}
        while self._skip_lines().kind != "}":
            name = self._take("name", f"one of {', '.join(_MEMBERS)}, or a }}")
            if name.text not in _MEMBERS:
                _refuse(name.line, f"{name.text} is not known; a lock has {', '.join(_MEMBERS)}")
            if name.text in found:
                _refuse(name.line, f"{name.text} stands twice in the lock of {address}")
            self._take("=", "a =")
            found[name.text] = self._hashes() if name.text == "hashes" else self._plain(name.text)
            if not one_line:
                self._take("newline", "the end of the line")
            elif self._next.kind != "}":
                _refuse(self._next.line, "a block on one line holds one member")
        self._take("}", "a }")
        if "version" not in found:
            _refuse(line, f"the lock of {address} has no version")
        return ProviderLock.model_validate(found)

    def _plain(self, name: str) -> str:
        token = self._take("string", f"the {name} in quotes")
        try:
            meant = str(Version.parse(token.text) if name == "version" else Requirements.parse(token.text))
        except InvalidInput as error:
            _refuse(token.line, error.message)
        if meant != token.text:
            _refuse(token.line, f"the {name} {token.text!r} must be written {meant!r}")
        return meant

    def _hashes(self) -> tuple[str, ...]:
        opened = self._take("[", "a list of hashes")
        found: set[str] = set()
        while self._skip_lines().kind != "]":
            token = self._take("string", "a hash in quotes")
            if not is_package_hash(token.text):
                _refuse(token.line, f"{token.text!r} is no hash of a package, h1: or zh:")
            found.add(token.text)
            if self._skip_lines().kind != "]":
                self._take(",", "a comma")
        self._take("]", "a ]")
        if not found:
            _refuse(opened.line, "hashes hold at least one, or are left out")
        return tuple(sorted(found))

    def _skip_lines(self) -> _Token:
        while self._next.kind == "newline":
            self._next = next(self._tokens)
        return self._next

    def _take(self, kind: str, wanted: str) -> _Token:
        token = self._next
        if token.kind != kind:
            stands = {"end": "the file ends", "newline": "the line ends"}.get(
                token.kind, f"{token.text} stands"
            )
            _refuse(token.line, f"{stands} where {wanted} is wanted")
        self._next = next(self._tokens)
        return token


def _tokens(text: str) -> Iterator[_Token]:
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            _refuse(line, f"{text[position]!r} begins nothing that a lock file holds")
        written = match[0]
        if match.lastgroup != "space":
            kind = written if match.lastgroup == "mark" else str(match.lastgroup)
            yield _Token(kind, written.strip('"'), line)
        line += written.count("\n")
        position = match.end()
    while True:
        yield _Token("end", "", line)


def _address(label: _Token) -> str:
    try:
        address = ProviderAddress.parse(label.text)
    except InvalidInput as error:
        _refuse(label.line, error.message)
    if address.full != label.text:
        _refuse(label.line, f"the provider {label.text!r} must be written {address.full!r}")
    return str(address)


def _refuse(line: int, reason: str) -> NoReturn:
    raise InvalidInput(
        f"this is not a lock file that can be read: line {line}: {reason}",
        field="import",
        hint=f"give a {LOCK_FILE} as `tofu init` writes it",
    )
