"""A page of a registry's documentation: arguments, attributes, rules, examples, how objects are imported.

Pages are written by hand or generated, by many authors, over ten years: what is not understood is left out,
and nothing raises. Whatever is returned is the authors' words.
"""

import re
from collections.abc import Iterable
from enum import Enum, auto
from itertools import chain, count
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.core.limits import (
    PAGE_EXAMPLE_MAX_CHARS,
    PAGE_EXAMPLES_MAX,
    PAGE_LINE_MAX_CHARS,
    PAGE_RULES_MAX,
)
from engine.core.providers.hints import ImportWords, Rule, import_example, import_sentence, rules_in
from engine.core.providers.listed import Documented, Listed, assembled, listed_in
from engine.core.providers.markdown import Piece, front_matter, pieces, plain, slug


class PageExample(BaseModel):
    """A block of configuration on a page, under the heading or the words that stand above it."""

    model_config = ConfigDict(frozen=True)

    name: str
    code: str


class Page(BaseModel):
    """What a page says.

    Attributes:
        description: its first paragraph, or what its front matter says.
        members: arguments and attributes by dotted path, in the page's order, outer ones first.
        imports: None where the page does not speak of importing.
    """

    model_config = ConfigDict(frozen=True)

    description: str = ""
    subcategory: str = ""
    members: tuple[Documented, ...] = ()
    rules: tuple[Rule, ...] = ()
    examples: tuple[PageExample, ...] = ()
    imports: ImportWords | None = None

    def about(self, path: str) -> Documented | None:
        """Return what the page says of an argument or attribute."""
        return next((member for member in self.members if member.path == path), None)


class _Part(Enum):
    INTRODUCTION = auto()
    EXAMPLES = auto()
    ARGUMENTS = auto()
    ATTRIBUTES = auto()
    IMPORT = auto()
    OTHER = auto()


_EXAMPLE_LANGUAGES: Final = frozenset({"", "hcl", "terraform", "tf", "opentofu"})
_BLOCK: Final = re.compile(r"^\s*(?:resource|data|ephemeral|module|provider|variable|locals)\b", re.MULTILINE)
_EXAMPLE_TITLE: Final = re.compile(
    r"(?i)^examples?(?: usages?)?(?:\s*[-:\u2013\u2014]\s*|\s+(?:with|of|for)\s+|$)"
)
_DEFAULT_NAME: Final = "basic"
_NESTED_SCHEMA: Final = re.compile(r"(?i)^nested schema for `?([a-z0-9_.]+)`?")
_NAMED: Final = re.compile(r"`([a-z][a-z0-9_]{0,126}(?:\.[a-z0-9_]{1,126}){0,7})`")
_INTRODUCES: Final = re.compile(
    r"(?i)\b(?:supports?|exports?|contains?|accepts?|has|have|takes?|following|below|consists?)\b"
)
_FILLER: Final = re.compile(
    r"(?i)\b(?:(?:nested )?(?:configuration )?(?:blocks?|arguments?|objects?)(?: reference)?|reference)$"
)
_MODES: Final = {
    "required": "required",
    "optional": "optional",
    "read-only": "computed",
    "readonly": "computed",
}


def read_page(text: str) -> Page:
    """Read a page; never raises, and what it returns is bounded whatever the page is."""
    reader = _Reader()
    for piece in pieces(text):
        reader.take(piece)
    front = front_matter(text)
    members = assembled(reader.listed)
    names = {member.path.rpartition(".")[2] for member in members}
    rules = [rule for rule in reader.rules if names.issuperset(rule.names)]
    return Page(
        description=(plain(front.get("description", "")) or reader.description)[:PAGE_LINE_MAX_CHARS],
        subcategory=plain(front.get("subcategory", ""))[:PAGE_LINE_MAX_CHARS],
        members=members,
        rules=tuple(dict.fromkeys(rules))[:PAGE_RULES_MAX],
        examples=tuple(reader.examples),
        imports=reader.imports,
    )


class _Reader:
    """Takes the pieces of a page one after the other; remembers under which heading it is."""

    def __init__(self) -> None:
        self.description = ""
        self.listed: list[Listed] = []
        self.rules: list[Rule] = []
        self.examples: list[PageExample] = []
        self.imports: ImportWords | None = None
        self._part = _Part.INTRODUCTION
        self._name = _DEFAULT_NAME
        self._containers: tuple[str, ...] = ("",)
        self._mode = ""
        # The items that the next one may be indented below, by their own indentation.
        self._outer: dict[int, list[Listed]] = {}

    def take(self, piece: Piece) -> None:
        """Take the next piece."""
        if piece.kind == "heading":
            self._head(piece)
        elif self._part in (_Part.ARGUMENTS, _Part.ATTRIBUTES) and piece.kind != "code":
            self._take_member(piece)
        elif self._part is _Part.IMPORT:
            self._take_import(piece)
        elif piece.kind == "code":
            self._take_example(piece)
        elif piece.kind == "text" and self._part is _Part.INTRODUCTION and not self.description:
            self.description = plain(piece.text)

    def _head(self, piece: Piece) -> None:
        title = plain(piece.text).strip()
        self._outer = {}
        low = title.lower().replace("`", "")
        listing = self._part in (_Part.ARGUMENTS, _Part.ATTRIBUTES)
        part = _part_of(low)
        if listing and piece.level > 2 and part not in (_Part.ATTRIBUTES, _Part.IMPORT):  # noqa: PLR2004 - below a section
            self._enter(title, low)
        elif part is not None:
            self._part, self._containers, self._mode = part, ("",), ""
            self._name = _EXAMPLE_TITLE.sub("", title)[:PAGE_LINE_MAX_CHARS] or _DEFAULT_NAME
        elif self._part in (_Part.INTRODUCTION, _Part.EXAMPLES):
            self._name = title[:PAGE_LINE_MAX_CHARS] if piece.level > 1 else _DEFAULT_NAME
        elif low == "timeouts":
            self._containers = ("timeouts",)
        elif listing and _known(slug(title), low, self.listed):
            self._enter(title, low)
        else:
            self._part = _Part.OTHER

    def _enter(self, title: str, low: str) -> None:
        """Enter a heading below the arguments: a kind of arguments, or a block."""
        nested = _NESTED_SCHEMA.match(title)
        if nested:
            self._containers, self._mode = (f".{nested[1]}",), ""
        elif low in _MODES:
            self._mode = _MODES[low]
        else:
            self._containers = _containers(title, low, self.listed)

    def _take_member(self, piece: Piece) -> None:
        said = plain(piece.text)
        if piece.kind == "item":
            mode = "computed" if self._part is _Part.ATTRIBUTES else self._mode
            found = listed_in(piece, self._above(piece.level), mode=mode)
            if found and (not self._outer or piece.level == 0 or found[0].flags or found[0].type):
                self._outer[piece.level] = found
                self.listed += found
            for each in found:
                self.rules += rules_in(piece.text, each.name)
            return
        self._outer = {}
        said_of_all = _MODES.get(said.rstrip(":").lower())
        if said_of_all is not None:
            self._mode = said_of_all
        elif said.endswith(":") and _INTRODUCES.search(said):
            named = _NAMED.findall(said)
            self._containers = tuple(dict.fromkeys(named)) or self._containers
        else:
            self.rules += rules_in(said)

    def _above(self, level: int) -> tuple[str, ...]:
        """Return the blocks of an item: those around the list, or the item that it is indented below."""
        self._outer = {known: found for known, found in self._outer.items() if known < level}
        nearest = self._outer[max(self._outer)] if self._outer else ()
        return tuple(each.name for each in nearest) or self._containers

    def _take_import(self, piece: Piece) -> None:
        known = self.imports or ImportWords()
        example = known.example or import_example(piece.text)
        said = import_sentence(piece.text) if piece.kind == "text" else ""
        self.imports = ImportWords(example=example, words=known.words or said)

    def _take_example(self, piece: Piece) -> None:
        fits = piece.language in _EXAMPLE_LANGUAGES and _BLOCK.search(piece.text)
        if fits and len(self.examples) < PAGE_EXAMPLES_MAX:
            code = piece.text.strip("\n")[:PAGE_EXAMPLE_MAX_CHARS]
            self.examples.append(PageExample(name=_numbered(self._name, self.examples), code=code))


def _part_of(low: str) -> _Part | None:
    """Return the part that a heading opens, None where it opens none of its own."""
    if low.startswith("example"):
        return _Part.EXAMPLES
    if low.startswith("import"):
        return _Part.IMPORT
    if low.startswith("attribute") or low.endswith(("attributes reference", "attribute reference")):
        return _Part.ATTRIBUTES
    if low.startswith(("argument", "schema")) or low.endswith(("arguments reference", "argument reference")):
        return _Part.ARGUMENTS
    return None


def _known(anchor: str, low: str, listed: Iterable[Listed]) -> bool:
    name = _snake(low)
    return any(anchor in each.anchors or each.name == name for each in listed)


def _containers(title: str, low: str, listed: Iterable[Listed]) -> tuple[str, ...]:
    """Return the blocks that a heading speaks of: those it names, or that link to it, or that it spells."""
    named = _NAMED.findall(title)
    anchor = slug(title)
    linked = [each.name for each in listed if anchor in each.anchors]
    return tuple(dict.fromkeys(named or linked)) or (_snake(low),)


def _snake(low: str) -> str:
    words = _FILLER.sub("", low.strip()).strip()
    return "_".join(re.findall(r"[a-z0-9]+", words))


def _numbered(name: str, known: Iterable[PageExample]) -> str:
    """Return a name that no example has yet."""
    taken = {each.name for each in known}
    names = chain([name], (f"{name} ({number})" for number in count(2)))
    return next(each for each in names if each not in taken)
