"""What is secret of a resource, and keeping it out of words that others write: they quote secrets."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Self

from pydantic import JsonValue

from engine.core.errors import EngineError, InvalidInput
from engine.core.providers.schema import Block, sensitive_marks
from engine.core.refs import Ref, find_refs, value_at
from engine.core.resources import Resource
from engine.core.values import REDACTED, JsonObject, marked_at, true_paths

# A shorter one would blank half of any text, and is none worth keeping.
_SECRET_MIN_CHARS: Final = 4


@dataclass(frozen=True)
class Secrecy:
    """What is secret of a resource: what its schema says, and what its configuration takes from secrets.

    Attributes:
        taken: names of the arguments in which a reference to a secret stands; hidden whole.
        values: the strings that were taken so; an attribute that repeats one, as `tags_all` does, is hidden.
    """

    block: Block
    taken: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()

    @classmethod
    def of(cls, block: Block, living: Mapping[str, Resource], *configs: JsonObject) -> Self:
        """Return what is secret of a resource with these configurations, their references unresolved."""
        found = {
            (path.split(".", 1)[0], text)
            for config in configs
            for path, ref in find_refs(config)
            if _is_secret(living.get(ref.resource_id), ref)
            for text in ("", *_strings(_value(living.get(ref.resource_id), ref), marks=True))
        }
        return cls(
            block=block,
            taken=frozenset(name for name, _ in found),
            values=frozenset(text for _, text in found if len(text) >= _SECRET_MIN_CHARS),
        )

    def marks(self, value: JsonValue) -> JsonValue:
        """Return the tree of marks (for `values.redact`) of a configuration's or an object's secrets."""
        marks = sensitive_marks(self.block, value)
        if not isinstance(marks, dict) or not isinstance(value, dict):
            return marks
        hidden = {name for name, item in value.items() if name in self.taken or self._is_repeated_in(item)}
        return {name: name in hidden or mark for name, mark in marks.items()}

    def arguments(self, config: JsonObject) -> tuple[str, ...]:
        """Return the names of the arguments of a configuration that hold a secret, sorted."""
        return tuple(sorted({path.split(".", 1)[0] for path in true_paths(self.marks(config))}))

    def strings(self, *objects: JsonObject) -> "Secrets":
        """Return the secret strings of configurations and attributes."""
        found = {text for each in objects for text in _strings(each, self.marks(each))} | self.values
        # Words may quote a text as it is, or as JSON spells it.
        spelt = {*found, *(json.dumps(text, ensure_ascii=False)[1:-1] for text in found)}
        long_enough = (text for text in spelt if len(text) >= _SECRET_MIN_CHARS)
        return Secrets(tuple(sorted(long_enough, key=len, reverse=True)))

    def _is_repeated_in(self, value: JsonValue) -> bool:
        return any(secret in text for text in _strings(value, marks=True) for secret in self.values)


@dataclass(frozen=True)
class Secrets:
    """The secret strings of one operation, longest first."""

    values: tuple[str, ...]

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


def _is_secret(source: Resource | None, ref: Ref) -> bool:
    """Tell whether a reference names a secret; what is no longer there to ask is taken for one."""
    return source is None or marked_at(source.sensitive, ref.path)


def _value(source: Resource | None, ref: Ref) -> JsonValue:
    try:
        return None if source is None or source.state is None else value_at(source.state.attributes, ref, "")
    except InvalidInput:
        return None


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
