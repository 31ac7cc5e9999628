"""Sentences of a page that say which arguments exclude or need each other, and how an object is imported."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.core.limits import PAGE_LINE_MAX_CHARS
from engine.core.providers.markdown import plain


class RuleKind(StrEnum):
    """What holds of several arguments together."""

    CONFLICTS = "conflicts"
    EXACTLY_ONE = "exactly_one_of"
    AT_LEAST_ONE = "at_least_one_of"


class Rule(BaseModel):
    """A rule about arguments of one block, by their names, sorted; two at least."""

    model_config = ConfigDict(frozen=True)

    kind: RuleKind
    names: tuple[str, ...]


class ImportWords(BaseModel):
    """What a page says of importing.

    Attributes:
        example: an id as the provider takes it.
        words: the sentence that says what the id is made of.
    """

    model_config = ConfigDict(frozen=True)

    example: str = ""
    words: str = ""


_NAME: Final = re.compile(r"`([a-z][a-z0-9_]{0,126})`")
_SENTENCE: Final = re.compile(r"(?<=[.;])\s+")
_SAYS: Final[Sequence[tuple[RuleKind, re.Pattern[str]]]] = (
    (RuleKind.AT_LEAST_ONE, re.compile(r"(?i)\bat least one (?:of|from)\b|\bone or more of\b")),
    (
        RuleKind.EXACTLY_ONE,
        re.compile(
            r"(?i)\b(?:exactly|only|either) one of\b|\bone of\b.{0,200}\b(?:required|must be|has to be)\b"
            r"|\bmust (?:specify|set|provide) (?:either|one of)\b|\beither\b.{0,200}\b(?:required|must be)\b"
        ),
    ),
    (
        RuleKind.CONFLICTS,
        re.compile(
            r"(?i)\bconflicts? with\b|\bmutually exclusive\b|\bcan(?:not|'t) (?:also )?be "
            r"(?:used|set|specified|combined|configured|defined)\b.{0,40}\b(?:with|if|when|alongside)\b"
            r"|\bincompatible with\b"
        ),
    ),
)
_IMPORT_LINE: Final = re.compile(
    r"(?:terraform|tofu)\s+import\s+(?:-\S+\s+(?:\w+=\S*\s+)?){0,8}['\"]?[\w.-]+\.[\w-]+(?:\[[^\]]{0,80}\])?['\"]?\s+(\S.*)"
)
_IMPORT_BLOCK: Final = re.compile(r"^\s*id\s*=\s*\"((?:[^\"\\]|\\.){1,400})\"", re.MULTILINE)
_IMPORT_WORDS: Final = re.compile(r"(?i)\bimport(?:ed|ing)?\b")


def rules_in(text: str, name: str = "") -> Iterator[Rule]:
    """Yield the rules in what a page says, of the argument `name` or of none in particular."""
    for sentence in _SENTENCE.split(plain(text)):
        for kind, says in _SAYS:
            found = says.search(sentence)
            if found is None:
                continue
            # What conflicts is named after the verb; of "one of", the whole sentence names who is meant.
            about = sentence[found.start() :] if kind is RuleKind.CONFLICTS and name else sentence
            names = sorted({name, *_NAME.findall(about)} - {""})
            if len(names) > 1:
                yield Rule(kind=kind, names=tuple(names))
            break


def import_example(code: str) -> str:
    """Return the id in an import block or in a command that imports, empty where there is none."""
    block = _IMPORT_BLOCK.search(code) if re.search(r"\bimport\s*\{", code) else None
    command = None if block else _IMPORT_LINE.search(code)
    if block:
        return block[1][:PAGE_LINE_MAX_CHARS]
    return command[1].strip().strip("'\"")[:PAGE_LINE_MAX_CHARS] if command else ""


def import_sentence(text: str) -> str:
    """Return the first sentence that speaks of importing, empty where none does."""
    for sentence in _SENTENCE.split(plain(text)):
        if _IMPORT_WORDS.search(sentence):
            return sentence[:PAGE_LINE_MAX_CHARS]
    return ""
