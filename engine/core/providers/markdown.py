"""A page of Markdown as a row of headings, list items, paragraphs and code. What they mean is `pages`'s.

Tolerant: whatever is written is read as something, and nothing is ever refused.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import Final, Literal, NamedTuple

from engine.core.limits import PAGE_MAX_CHARS, PAGE_PIECE_MAX_CHARS, PAGE_PIECES_MAX

_FENCE: Final = re.compile(r"\s{0,12}(`{3,}|~{3,})\s*([A-Za-z0-9_+-]*)")
_HEADING: Final = re.compile(r"\s{0,3}(#{1,6})\s+(\S.*)")
_ITEM: Final = re.compile(r"(\s{0,24})[*+-]\s+(\S.*)")
_RULE: Final = re.compile(r"\s{0,3}(?:[-*_]\s*){3,}")
_ANCHOR: Final = re.compile(r"<a\s+(?:id|name)=\"([^\"]{0,120})\"\s*>\s*(?:</a>)?")
_COMMENT: Final = re.compile(r"<!--[^>]{0,400}-->")
_LINK: Final = re.compile(r"!?\[([^][]{0,300})\]\([^()\s]{0,600}(?:\s\"[^\"]{0,200}\")?\)")
_FRONT: Final = "---"


class Piece(NamedTuple):
    """One part of a page.

    Attributes:
        text: on one line; of code, its lines as they are.
        level: of a heading, 1 to 6; of an item, by how many columns it is indented.
        language: what a fence calls its code, lower case.
    """

    kind: Literal["heading", "item", "text", "code"]
    text: str
    level: int = 0
    language: str = ""


def front_matter(page: str) -> dict[str, str]:
    """Return the values of the block that opens a page, each on one line; empty without such a block."""
    lines = page[:PAGE_MAX_CHARS].splitlines()
    found: dict[str, str] = {}
    name = ""
    for line in lines[1 : max(_front_end(lines) - 1, 0)]:
        key, colon, value = line.partition(":")
        if colon and key.isidentifier():
            name = key
            found[name] = value.strip().strip("\"'").removeprefix("|-").removeprefix("|")
        elif name and line.startswith(" ") and len(found[name]) < PAGE_PIECE_MAX_CHARS:
            found[name] = f"{found[name]} {line.strip()}".strip()
    return found


def pieces(page: str) -> list[Piece]:
    """Return the parts of a page in their order, as many as are read at most; front matter is left out."""
    lines = page[:PAGE_MAX_CHARS].splitlines()
    return list(islice(_pieces(lines[_front_end(lines) :]), PAGE_PIECES_MAX))


def plain(text: str) -> str:
    """Return text on one line without links, anchors and emphasis; code keeps its marks."""
    bare = _LINK.sub(r"\1", _COMMENT.sub("", _ANCHOR.sub("", text)))
    return " ".join(bare.replace("**", "").replace("\\_", "_").split())


def slug(heading: str) -> str:
    """Return the anchor that a heading gets, as links write it: `CPU Options` is `cpu-options`."""
    kept = "".join(c for c in plain(heading).lower() if c.isalnum() or c in " -_")
    return kept.strip().replace(" ", "-")


def _front_end(lines: list[str]) -> int:
    """Return the number of lines that front matter takes."""
    if not lines or lines[0].strip() != _FRONT:
        return 0
    ends = (number for number, line in enumerate(lines[1:], 2) if line.strip() == _FRONT)
    return next(ends, 0)


def _pieces(lines: Iterable[str]) -> Iterator[Piece]:
    open_: Piece | None = None
    waiting = iter(lines)
    for line in waiting:
        fence = _FENCE.match(line)
        begun = None if fence else _begun(line)
        if open_ is not None and (fence or begun or not line.strip()):
            yield open_
            open_ = None
        if fence:
            yield _code(fence[1], fence[2], waiting)
        elif begun is not None and begun.kind == "heading":
            yield begun
        else:
            open_ = begun or _continued(open_, line.strip())
    if open_ is not None:
        yield open_


def _code(fence: str, language: str, waiting: Iterator[str]) -> Piece:
    """Return the code up to its closing fence; without one, all that is left of the page."""
    lines = list(takewhile(lambda line: not _closes(line.strip(), fence), waiting))
    return Piece("code", "\n".join(lines), language=language.lower())


def _closes(line: str, fence: str) -> bool:
    return line.startswith(fence) and not line.strip(fence[0])


def _continued(open_: Piece | None, line: str) -> Piece | None:
    """Return the paragraph or item that a line belongs to; None for a line that shows nothing."""
    if open_ is not None:
        whole = f"{open_.text} {line}" if len(open_.text) < PAGE_PIECE_MAX_CHARS else open_.text
        return open_._replace(text=whole[:PAGE_PIECE_MAX_CHARS])
    return Piece("text", line[:PAGE_PIECE_MAX_CHARS]) if line and not _RULE.fullmatch(line) else None


def _begun(line: str) -> Piece | None:
    """Return the heading or item that a line begins."""
    heading = _HEADING.match(line)
    if heading:
        return Piece("heading", heading[2].rstrip("# ")[:PAGE_PIECE_MAX_CHARS], level=len(heading[1]))
    item = None if _RULE.fullmatch(line) else _ITEM.match(line)
    if item is None:
        return None
    return Piece("item", item[2][:PAGE_PIECE_MAX_CHARS], level=len(item[1].expandtabs(4)))
