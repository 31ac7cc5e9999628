"""Keeping the secrets that went into a call out of the words that come back: providers quote them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Self

from pydantic import JsonValue

from engine.core.errors import EngineError
from engine.core.providers.schema import Block, sensitive_marks
from engine.core.values import REDACTED, JsonObject

# A shorter one would blank half of any text, and is none worth keeping.
_SECRET_MIN_CHARS: Final = 4


@dataclass(frozen=True)
class Secrets:
    """The secret strings of one operation, longest first."""

    values: tuple[str, ...]

    @classmethod
    def of(cls, block: Block, *objects: JsonObject) -> Self:
        """Return what the schema calls sensitive in configurations and attributes of a type."""
        found = {text for each in objects for text in _strings(each, sensitive_marks(block, each))}
        long_enough = (text for text in found if len(text) >= _SECRET_MIN_CHARS)
        return cls(tuple(sorted(long_enough, key=len, reverse=True)))

    def hidden(self, text: str) -> str:
        """Return a text with each secret replaced."""
        for value in self.values:
            text = text.replace(value, REDACTED)
        return text

    @contextmanager
    def kept_out_of_errors(self) -> Iterator[None]:
        """Let errors pass with no secret among their words from outside."""
        try:
            yield
        except EngineError as error:
            if error.untrusted is not None:
                error.untrusted = self.hidden(error.untrusted)
            raise


def _strings(value: JsonValue, marks: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        if marks is True:
            yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, marks.get(key, False) if isinstance(marks, dict) else marks)
    elif isinstance(value, list):
        inner = marks if isinstance(marks, list) else [marks] * len(value)
        for item, mark in zip(value, inner, strict=True):
            yield from _strings(item, mark)
