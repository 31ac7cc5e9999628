"""Answers of the tool `provider` cut into pages of bounded size: an entry at a time, none of them lost."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel

from engine.core.diagnostics import sanitise
from engine.core.errors import InvalidInput
from engine.core.limits import PROVIDER_ANSWER_MAX_BYTES
from engine.core.providers.described import Described
from server.mcp.provider_results import ProviderResult, ShownAttribute, ShownBlock, ShownExample, ShownSchema
from server.mcp.provider_wording import entry_lines, provider_text

# What of a description is shown among many.
DESCRIPTION_MAX_CHARS: Final = 120
NAME_MAX_CHARS: Final = 100
# Paths tell members apart, so that none is cut which a real schema has.
_PATH_MAX_CHARS: Final = 400
# Stands for the numbers of a page and of all pages while they are not known.
_LONGEST: Final = 999_999
# What names of members, of lists and of kinds, and line breaks, take beside the entries themselves.
_FRAME_BYTES: Final = 256
_ENTRY_FRAME_BYTES: Final = 2
# What is told of all entries takes no more than this; what is left out first where it would.
_FIRST_MAX_BYTES: Final = 3_000
_DISPENSABLE: Final = ("rules", "description", "smallest", "imports")
Group = Literal[
    "versions", "found", "examples", "groups", "attributes", "blocks", "resources", "data_sources"
]
_ANSWERS: Final[Mapping[Group, str]] = {
    "versions": "versions",
    "found": "untrusted_found",
    "examples": "untrusted_examples",
}


@dataclass(frozen=True)
class Entry:
    """One entry of an answer: a name, with what is told of it."""

    group: Group
    name: str
    shown: BaseModel | int | None = None


def member_entry(member: Described, longest: int = DESCRIPTION_MAX_CHARS) -> Entry:
    """Return the entry of an attribute or nested block, its words made safe and kept short."""
    name, description = sanitise(member.path, _PATH_MAX_CHARS), shortened(member.description, longest)
    if member.kind == "block":
        return Entry(
            "blocks",
            name,
            ShownBlock(
                nesting=member.nesting,
                min_items=member.min_items,
                max_items=member.max_items,
                deprecated=member.deprecated,
                description=description,
            ),
        )
    shown = ShownAttribute(
        type=sanitise(member.type, NAME_MAX_CHARS),
        required=member.required,
        optional=member.optional,
        computed=member.computed,
        sensitive=member.sensitive,
        deprecated=member.deprecated,
        description=description,
    )
    return Entry("attributes", name, shown)


def paged(first: ProviderResult, entries: Sequence[Entry], page: int) -> ProviderResult:
    """Return the page of entries that was asked for.

    `first` is the answer less its entries; what it tells of all of them is left to the first page.

    Raises:
        InvalidInput: it is after the last.
    """
    first, rest, pages = _cut(first, entries)
    if page > len(pages):
        raise InvalidInput(
            f"there is no page {page}: the last one is {len(pages)}",
            field="page",
            hint=f"give a page from 1 to {len(pages)}" if len(pages) > 1 else "leave page out",
        )
    return _with(first if page == 1 else rest, pages[page - 1], page, len(pages))


def every_page(first: ProviderResult, entries: Sequence[Entry]) -> Iterator[ProviderResult]:
    """Yield what `paged` returns, page after page."""
    first, rest, pages = _cut(first, entries)
    for number, chosen in enumerate(pages, 1):
        yield _with(first if number == 1 else rest, chosen, number, len(pages))


def _cut(
    first: ProviderResult, entries: Sequence[Entry]
) -> tuple[ProviderResult, ProviderResult, list[tuple[Entry, ...]]]:
    """Return the answer that all pages are made of, the first one's and the others', and their entries."""
    first = _trimmed(first)
    rest = first.model_copy(update={"untrusted_schema": None, "notes": ()})
    return first, rest, list(_pages(first, rest, entries))


def _trimmed(first: ProviderResult) -> ProviderResult:
    """Return what the first page tells of all entries, less what would leave them too little room."""
    for name in _DISPENSABLE:
        schema = first.untrusted_schema
        if schema is not None and _size(first) > _FIRST_MAX_BYTES:
            empty = ShownSchema.model_fields[name].get_default()
            first = first.model_copy(update={"untrusted_schema": schema.model_copy(update={name: empty})})
    return first


def _pages(
    first: ProviderResult, rest: ProviderResult, entries: Iterable[Entry]
) -> Iterator[tuple[Entry, ...]]:
    """Yield as many entries at a time as fit an answer, one at least but on the first page."""
    left = PROVIDER_ANSWER_MAX_BYTES - _size(_with(first, (), _LONGEST, _LONGEST)) - _FRAME_BYTES
    whole = PROVIDER_ANSWER_MAX_BYTES - _size(_with(rest, (), _LONGEST, _LONGEST)) - _FRAME_BYTES
    page: list[Entry] = []
    on_first = True
    for each in entries:
        entry = _fitted(each, whole)
        size = _entry_size(entry)
        if size > left and (page or on_first):
            yield tuple(page)
            page, left, on_first = [], whole, False
        page.append(entry)
        left -= size
    yield tuple(page)


def _with(answer: ProviderResult, entries: Iterable[Entry], page: int, pages: int) -> ProviderResult:
    groups: dict[Group, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry)
    changes: dict[str, Any] = {"page": page, "pages": pages}
    schema: dict[str, Any] = {}
    for group, members in groups.items():
        if group in _ANSWERS:
            changes[_ANSWERS[group]] = tuple(each.shown for each in members)
        elif group in ("resources", "data_sources"):
            schema[group] = tuple(each.name for each in members)
        else:
            schema[group] = {each.name: each.shown for each in members}
    if schema:
        known = answer.untrusted_schema or ShownSchema()
        changes["untrusted_schema"] = known.model_copy(update=schema)
    return answer.model_copy(update=changes)


def _fitted(entry: Entry, room: int) -> Entry:
    """Return an entry that fits a page by itself: an example that is too long is cut."""
    if not isinstance(entry.shown, ShownExample) or _entry_size(entry) <= room:
        return entry
    shown = entry.shown.model_copy(update={"config": None})
    longest = len(shown.hcl)
    while _entry_size(Entry(entry.group, entry.name, shown)) > room:
        longest = longest * 3 // 4
        shown = shown.model_copy(update={"hcl": sanitise(shown.hcl, longest)})
    return Entry(entry.group, entry.name, shown)


def _entry_size(entry: Entry) -> int:
    """Return the bytes that an entry takes in the larger one of an answer's two parts."""
    shown = entry.shown.model_dump(mode="json") if isinstance(entry.shown, BaseModel) else entry.shown
    written = json.dumps(entry.name) if shown is None else json.dumps({entry.name: shown})
    words = "\n".join(line.replace("\n", "\\n") for line in entry_lines(entry.name, entry.shown))
    return max(len(written), len(words.encode())) + _ENTRY_FRAME_BYTES


def _size(answer: ProviderResult) -> int:
    """Return the bytes of the larger one of an answer's two parts."""
    written = json.dumps(answer.model_dump(mode="json"))
    return max(len(written), len(provider_text(answer).encode()))


def shortened(text: str, longest: int = DESCRIPTION_MAX_CHARS) -> str:
    """Return the beginning of a text, up to the end of a sentence or word where it has to be cut."""
    safe = " ".join(sanitise(text).split())
    if len(safe) <= longest:
        return safe
    cut = safe[: longest - 1]
    sentence, word = cut.rfind(". "), cut.rfind(" ")
    return cut[: sentence + 1] if sentence > longest // 3 else cut[: word if word > 0 else None] + "…"
