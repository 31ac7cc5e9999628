"""The list items of a page as arguments and attributes, and these put together by their dotted paths.

A page lists a block's members apart from the block: here they are joined by the block's name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.core.limits import PAGE_LINE_MAX_CHARS, PAGE_MEMBER_DEPTH_MAX, PAGE_MEMBERS_MAX
from engine.core.providers.markdown import Piece, plain


class Documented(BaseModel):
    """An argument or attribute as a page tells of it.

    Attributes:
        type: as the page spells it, empty where it does not.
        block: True where other members stand below it.
    """

    model_config = ConfigDict(frozen=True)

    path: str
    type: str = ""
    required: bool = False
    optional: bool = False
    computed: bool = False
    sensitive: bool = False
    deprecated: bool = False
    block: bool = False
    description: str = ""


class Listed(BaseModel):
    """One name of one list item, below each of the blocks that the list is of.

    Attributes:
        containers: names of blocks, empty for the type itself; with a leading dot a whole path.
        anchors: of the headings that the item links to.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    containers: tuple[str, ...]
    anchors: tuple[str, ...] = ()
    type: str = ""
    flags: frozenset[str] = frozenset()
    description: str = ""


_NAMES: Final = re.compile(
    r"(?:\*\*)?(?:`(?P<code>[a-z][a-z0-9_]{0,126})`|(?P<bare>[a-z][a-z0-9_]{0,126})(?=\*\*|\s*[-:]?\s*\())"
    r"(?:\*\*)?(?P<more>(?:\s*(?:,|/|and|or|&)\s*`[a-z][a-z0-9_]{0,126}`){0,8})"
)
_MORE: Final = re.compile(r"`([a-z][a-z0-9_]{0,126})`")
_SEPARATOR: Final = re.compile(r"\s*(?:-|\u2013|\u2014|:|=)?\s*")
_ANCHORS: Final = re.compile(r"\]\(#([A-Za-z0-9_-]{1,120})\)")
_FLAGS: Final = {
    "required": "required",
    "optional": "optional",
    "computed": "computed",
    "read-only": "computed",
    "sensitive": "sensitive",
    "deprecated": "deprecated",
}
_TYPES: Final = re.compile(
    r"(?i)^(?:string|number|boolean|bool|dynamic|int64|float64|object|map|list|set|tuple|block|attributes)\b"
)


def listed_in(piece: Piece, containers: Sequence[str], *, mode: str) -> list[Listed]:
    """Return what a list item lists, one for each name in front of it; nothing where no name is.

    `mode` is what the list says of all of its members.
    """
    match = _NAMES.match(piece.text)
    if match is None:
        return []
    said, rest = _parenthesis(_SEPARATOR.sub("", piece.text[match.end() :], count=1))
    flags = {flag for word, flag in _FLAGS.items() if word in said.lower()} | ({mode} - {""})
    type_ = _type(said)
    if not flags and not type_:
        rest = f"({said}) {rest}" if said else rest
    description = plain(_SEPARATOR.sub("", rest, count=1))[:PAGE_LINE_MAX_CHARS]
    names = [match["code"] or match["bare"], *_MORE.findall(match["more"])]
    return [
        Listed(
            name=name,
            containers=tuple(containers),
            anchors=tuple(_ANCHORS.findall(piece.text)),
            type=type_,
            flags=frozenset(flags),
            description=description,
        )
        for name in names
    ]


def assembled(listed: Iterable[Listed]) -> tuple[Documented, ...]:
    """Return every member by its path, a block's after the block; a path that is listed twice stands once.

    A block within itself is not told again, and what belongs to a block that nobody lists is left out.
    """
    groups: dict[str, list[Listed]] = {}
    for each in listed:
        for container in each.containers:
            groups.setdefault(container, []).append(each)
    found: dict[str, Documented] = {}
    level = [""]
    for _ in range(PAGE_MEMBER_DEPTH_MAX):
        below: list[str] = []
        for path in level:
            for each in _members_of(path, groups):
                at = f"{path}.{each.name}".removeprefix(".")
                found[at] = _joined(found.get(at), _documented(at, each, groups))
                below.append(at)
                if len(found) >= PAGE_MEMBERS_MAX:
                    return tuple(found.values())
        level = [at for at in dict.fromkeys(below) if found[at].block]
    return tuple(found.values())


def _members_of(path: str, groups: dict[str, list[Listed]]) -> Iterator[Listed]:
    if not path:
        yield from groups.get("", ())
        return
    above, _, name = path.rpartition(".")
    whole = groups.get(f".{path}")
    if whole is not None:
        yield from whole
    elif name not in above.split("."):
        yield from groups.get(name, ())


def _documented(path: str, each: Listed, groups: dict[str, list[Listed]]) -> Documented:
    return Documented(
        path=path,
        type=each.type,
        required="required" in each.flags and "optional" not in each.flags,
        optional="optional" in each.flags,
        computed="computed" in each.flags,
        sensitive="sensitive" in each.flags,
        deprecated="deprecated" in each.flags or each.description.lower().startswith("deprecated"),
        block=any(True for _ in _members_of(path, groups)),
        description=each.description,
    )


def _joined(known: Documented | None, also: Documented) -> Documented:
    """Return one member of two mentions: an argument stays one where the attributes name it too."""
    if known is None:
        return also
    argument = known.required or known.optional
    return known.model_copy(
        update={
            "computed": known.computed or also.computed,
            "required": known.required or (not argument and also.required),
            "optional": known.optional or (not argument and also.optional),
            "description": known.description or also.description,
        }
    )


def _parenthesis(text: str) -> tuple[str, str]:
    """Return what the parenthesis holds that a text begins with, and the rest; nothing where none closes."""
    if not text.startswith("("):
        return "", text
    open_ = 0
    for position, character in enumerate(text[:PAGE_LINE_MAX_CHARS]):
        open_ += {"(": 1, ")": -1}.get(character, 0)
        if open_ == 0:
            return plain(text[1:position]), text[position + 1 :]
    return "", text


def _type(said: str) -> str:
    """Return the type in a parenthesis such as `Map of String, Sensitive`, lower case."""
    words = said.partition(",")[0].strip()
    return words.lower()[:PAGE_LINE_MAX_CHARS] if _TYPES.match(words) else ""
