"""A provider's schema as a flat list of small entries, cut into pages of bounded size."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.core.diagnostics import sanitise
from engine.core.limits import PROVIDER_ANSWER_MAX_BYTES
from engine.core.providers.members import Member, matching, members, type_of
from engine.core.providers.schema import Attribute, Block, NestedBlock
from server.mcp.arguments import ProviderArguments
from server.mcp.results import ProviderResult, ShownAttribute, ShownBlock, ShownSchema
from server.mcp.wording import provider_text

_DESCRIPTION_MAX_CHARS: Final = 300
# Stands for the numbers of a page and of all pages while they are not known.
_LONGEST: Final = 999_999
_COMMA: Final = ", "
Group = Literal["resources", "data_sources", "attributes", "blocks"]


@dataclass(frozen=True)
class Entry:
    """One name in a schema: a type, or the dotted path of an attribute or nested block with what it is."""

    group: Group
    path: str
    shown: ShownAttribute | ShownBlock | None = None


def entries_of(block: Block, *, required_only: bool) -> list[Entry]:
    """Return what a block holds, in the order of `members`."""
    return [_entry(member) for member in members(block, required_only=required_only)]


def paged(answer: ProviderResult, entries: Sequence[Entry], arguments: ProviderArguments) -> ProviderResult:
    """Return the answer with the page of entries that was asked for; one after the last is empty."""
    wanted = frozenset(matching(arguments.filter, (entry.path for entry in entries)))
    pages = list(_pages(answer, [entry for entry in entries if entry.path in wanted]))
    chosen = pages[arguments.page - 1] if arguments.page <= len(pages) else ()
    return _with(answer, chosen, arguments.page, len(pages))


def _entry(member: Member) -> Entry:
    if isinstance(member.shown, Attribute):
        return Entry("attributes", member.path, _attribute(member.shown))
    return Entry("blocks", member.path, _block(member.shown))


def _attribute(attribute: Attribute) -> ShownAttribute:
    return ShownAttribute(
        type=type_of(attribute),
        required=attribute.required,
        optional=attribute.optional,
        computed=attribute.computed,
        sensitive=attribute.sensitive,
        description=sanitise(attribute.description, _DESCRIPTION_MAX_CHARS),
    )


def _block(nested: NestedBlock) -> ShownBlock:
    return ShownBlock(nesting=nested.nesting_mode, min_items=nested.min_items, max_items=nested.max_items)


def _pages(answer: ProviderResult, entries: Iterable[Entry]) -> Iterator[tuple[Entry, ...]]:
    """Yield as many entries at a time as fit an answer, one at least."""
    empty = _size(_with(answer, (), _LONGEST, _LONGEST))
    room = PROVIDER_ANSWER_MAX_BYTES - empty
    page: list[Entry] = []
    left = room
    for entry in entries:
        size = _size(_with(answer, (entry,), _LONGEST, _LONGEST)) - empty + len(_COMMA)
        if page and size > left:
            yield tuple(page)
            page, left = [], room
        page.append(entry)
        left -= size
    yield tuple(page)


def _with(answer: ProviderResult, entries: Iterable[Entry], page: int, pages: int) -> ProviderResult:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry)
    names = {group: [e.path for e in groups.get(group, ())] for group in ("resources", "data_sources")}
    shown = {group: {e.path: e.shown for e in groups.get(group, ())} for group in ("attributes", "blocks")}
    schema = ShownSchema.model_validate({**names, **shown})
    return answer.model_copy(update={"page": page, "pages": pages, "untrusted_schema": schema})


def _size(answer: ProviderResult) -> int:
    """Return the bytes of the larger one of an answer's two parts."""
    written = json.dumps(answer.model_dump(mode="json"), ensure_ascii=False)
    return max(len(written.encode()), len(provider_text(answer).encode()))
