"""A provider's schema taken apart as text: one type after the other, never the whole document as objects.

The schema of a large provider is tens of megabytes of JSON, and ten times that as objects. Here the text
stays text, and only one type at a time is decoded, to find its end. What the types mean is read elsewhere.
"""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()


class Kind(StrEnum):
    """What a part of a provider's schema describes; the value is its name in OpenTofu's document."""

    SETTINGS = "provider"
    RESOURCE = "resource_schemas"
    DATA_SOURCE = "data_source_schemas"


class Part(NamedTuple):
    """The JSON text of one schema; a provider's own settings have no name."""

    kind: Kind
    name: str
    text: str


def parts(document: str, provider: str) -> Iterator[Part]:
    """Yield the parts of a provider in what `tofu providers schema -json` printed, as they come.

    `provider` is its full address.

    Raises:
        ValueError: the document is no JSON, not of the form that OpenTofu publishes, or lacks the provider;
            parts may have come before.
    """
    cursor, known = _Cursor(document), False
    for member in cursor.members():
        if member != "provider_schemas":
            cursor.value()
            continue
        for address in cursor.members():
            if address == provider:
                known = True
                yield from _parts(cursor)
            else:
                cursor.value()
    cursor.end()
    if not known:
        raise ValueError(f"there is no schema of {provider}")


def _parts(cursor: "_Cursor") -> Iterator[Part]:
    for member in cursor.members():
        if member == Kind.SETTINGS:
            yield Part(Kind.SETTINGS, "", cursor.value())
        elif member in {Kind.RESOURCE, Kind.DATA_SOURCE}:
            kind = Kind(member)
            for name in cursor.members():
                yield Part(kind, name, cursor.value())
        else:
            # Functions and ephemeral resources, of newer providers.
            cursor.value()


class _Cursor:
    """A place in a JSON document."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def members(self) -> Iterator[str]:
        """Yield the names of the object that begins here; null has none. Its caller passes each value."""
        if self._next() == "n":
            self.value()
            return
        self._take("{")
        if self._next() == "}":
            self._take("}")
            return
        while True:
            if self._next() != '"':
                raise self._unexpected()
            name, self._at = _DECODER.raw_decode(self._text, self._at)
            self._take(":")
            yield name
            if self._next() == "}":
                self._take("}")
                return
            self._take(",")

    def value(self) -> str:
        """Pass a value and return its text."""
        self._next()
        begin = self._at
        _, self._at = _DECODER.raw_decode(self._text, begin)
        return self._text[begin : self._at]

    def end(self) -> None:
        """Refuse whatever follows."""
        if self._next():
            raise self._unexpected()

    def _next(self) -> str:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _take(self, sign: str) -> None:
        if self._next() != sign:
            raise self._unexpected()
        self._at += 1

    def _unexpected(self) -> ValueError:
        return json.JSONDecodeError("unexpected", self._text, self._at)
