"""Reads DER as Go's `crypto/x509` does: strict in encodings, silent on what follows. Knows no X.509."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, NamedTuple, TypeAlias

from engine.adapters.rego.builtins.operands import BuiltinFailed

Oid: TypeAlias = tuple[int, ...]

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OID: Final = 0x06
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31
# Tags that a structure gives its members: plain, and with members of their own.
CONTEXT: Final = 0x80
EXPLICIT: Final = 0xA0

_LONG: Final = 0x80
# A tag and a length.
_SHORTEST: Final = 2
_UNUSED_MAX: Final = 7
_MINUTES: Final = 60
_LENGTH_OCTETS_MAX: Final = 4
_HIGH_TAG: Final = 0x1F
_OID_MAX: Final = 2**31
_SEVEN_BITS: Final = 0x7F
_UTC_TIME: Final = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})")
_GENERALIZED_TIME: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(Z|[+-]\d{4})")
# In certificates, the years of two digits are those from 1950 to 2049.
_CENTURY_TURNS: Final = 50


class Malformed(BuiltinFailed):
    """What was given is not what it should be: Go refuses it too."""

    def __init__(self, what: str) -> None:
        """`what` names a part of the structure, never a value."""
        super().__init__(f"the {what} is damaged, or not as X.509 has it")


class Element(NamedTuple):
    """An element: its tag, what is in it, and the whole with tag and length."""

    tag: int
    contents: bytes
    whole: bytes


class Der:
    """Elements one after the other, read from the first on.

    Every method that reads raises `Malformed` where the next element is not of its kind.
    """

    def __init__(self, octets: bytes, what: str) -> None:
        """`what` names the structure in errors."""
        self._octets = octets
        self._at = 0
        self._what = what

    def __bool__(self) -> bool:
        """Tell whether something is left."""
        return self._at < len(self._octets)

    def next_is(self, tag: int) -> bool:
        """Tell whether the next element has a tag."""
        return bool(self) and self._octets[self._at] == tag

    def any_element(self) -> Element:
        """Return the next element."""
        start, rest = self._at, self._octets[self._at :]
        if len(rest) < _SHORTEST or rest[0] & _HIGH_TAG == _HIGH_TAG:
            raise self.malformed()
        length, header = rest[1], 2
        if length & _LONG:
            header += length & ~_LONG
            number = rest[2:header]
            length = int.from_bytes(number, "big")
            shortest = number[:1] != b"\0" and length >= _LONG
            if not (0 < header - 2 <= _LENGTH_OCTETS_MAX) or len(number) != header - 2 or not shortest:
                raise self.malformed()
        if len(rest) < header + length:
            raise self.malformed()
        self._at = start + header + length
        whole = rest[: header + length]
        return Element(whole[0], whole[header:], whole)

    def element(self, tag: int) -> bytes:
        """Return the next element with its tag and length."""
        found, _, whole = self.any_element()
        if found != tag:
            raise self.malformed()
        return whole

    def contents(self, tag: int) -> bytes:
        """Return what is in the next element."""
        found, contents, _ = self.any_element()
        if found != tag:
            raise self.malformed()
        return contents

    def inside(self, tag: int) -> "Der":
        """Return what is in the next element, to be read in turn."""
        return Der(self.contents(tag), self._what)

    def optional(self, tag: int) -> "Der | None":
        """Return what is in the next element if it has a tag; otherwise nothing is read."""
        return self.inside(tag) if self.next_is(tag) else None

    def integer(self, tag: int = INTEGER) -> int:
        """Return a whole number."""
        return whole_number(self.contents(tag), self._what)

    def boolean(self) -> bool:
        """Return a boolean."""
        contents = self.contents(BOOLEAN)
        if contents not in {b"\0", b"\xff"}:
            raise self.malformed()
        return contents == b"\xff"

    def oid(self) -> Oid:
        """Return an object identifier, none of whose numbers has more than 31 bits."""
        numbers = oid_of(self.contents(OID), self._what)
        if max(numbers[1:]) >= _OID_MAX:
            raise self.malformed()
        return numbers

    def bits(self) -> tuple[bytes, int]:
        """Return the octets of a bit string, and how many bits of the last do not count."""
        contents = self.contents(BIT_STRING)
        unused, octets = contents[0] if contents else 8, contents[1:]
        if unused > _UNUSED_MAX or (unused and (not octets or octets[-1] & ((1 << unused) - 1))):
            raise self.malformed()
        return octets, unused

    def time(self) -> str:
        """Return a time as Go's JSON has it: RFC 3339."""
        tag, contents, _ = self.any_element()
        pattern = {UTC_TIME: _UTC_TIME, GENERALIZED_TIME: _GENERALIZED_TIME}.get(tag)
        found = pattern.fullmatch(contents.decode("ascii", "replace")) if pattern else None
        if not found:
            raise self.malformed()
        *written, zone = found.groups()
        numbers = [int(number or 0) for number in written]
        if tag == UTC_TIME:
            numbers[0] += 1900 if numbers[0] >= _CENTURY_TURNS else 2000
        try:
            moment = datetime(*numbers, tzinfo=_zone(zone))  # type: ignore[arg-type, misc]  # six numbers
        except ValueError:
            raise self.malformed() from None
        return moment.isoformat().replace("+00:00", "Z")

    def malformed(self) -> Malformed:
        """Return the error for what is read here."""
        return Malformed(self._what)


def whole_number(contents: bytes, what: str) -> int:
    """Return the number that the contents of an element are."""
    number = int.from_bytes(contents, "big", signed=True)
    if len(contents) != max(number, ~number).bit_length() // 8 + 1:
        raise Malformed(what)
    return number


def oid_of(contents: bytes, what: str) -> Oid:
    """Return the object identifier that the contents of an element are, its numbers as large as they are."""
    numbers, number, fresh = [], 0, True
    for octet in contents:
        if fresh and octet == _LONG:
            raise Malformed(what)
        number, fresh = number << 7 | octet & _SEVEN_BITS, octet < _LONG
        if fresh:
            numbers.append(number)
            number = 0
    if not contents or not fresh:
        raise Malformed(what)
    first = min(numbers[0] // 40, 2)
    return (first, numbers[0] - 40 * first, *numbers[1:])


def right_aligned(octets: bytes, unused: int) -> bytes:
    """Return a bit string as a number's octets, its unused bits in front."""
    return (int.from_bytes(octets, "big") >> unused).to_bytes(len(octets), "big")


def _zone(written: str) -> timezone:
    if written == "Z":
        return UTC
    hours, minutes = int(written[1:3]), int(written[3:])
    offset = timedelta(hours=hours, minutes=minutes)
    # "+0000" is not how the encoding writes universal time.
    if not offset or minutes >= _MINUTES:
        raise ValueError
    return timezone(-offset if written[0] == "-" else offset)
