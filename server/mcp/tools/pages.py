"""A provider's schema as a flat list of small entries, cut into pages of bounded size."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.core.diagnostics import sanitise
from engine.core.limits import PROVIDER_ANSWER_MAX_BYTES
from engine.core.providers.constraints import spell
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
    """Return what a block holds, outer things before inner ones, and of those what must be given first."""
    found = list(_walk(block, "", required_only=required_only))
    return sorted(found, key=lambda entry: (entry.path.count("."), _rank(entry), entry.path))


def paged(answer: ProviderResult, entries: Sequence[Entry], arguments: ProviderArguments) -> ProviderResult:
    """Return the answer with the page of entries that was asked for; one after the last is empty."""
    word = arguments.filter.lower()
    pages = list(_pages(answer, [entry for entry in entries if word in entry.path.lower()]))
    chosen = pages[arguments.page - 1] if arguments.page <= len(pages) else ()
    return _with(answer, chosen, arguments.page, len(pages))


def _walk(block: Block, prefix: str, *, required_only: bool) -> Iterator[Entry]:
    for name, attribute in block.attributes.items():
        if required_only and not attribute.required:
            continue
        path = prefix + name
        yield Entry("attributes", path, _attribute(attribute))
        if attribute.nested_type is not None:
            inner = attribute.nested_type.as_block.block
            yield from _walk(inner, f"{path}.", required_only=required_only)
    for name, nested in block.block_types.items():
        if required_only and not nested.min_items:
            continue
        yield Entry("blocks", prefix + name, _block(nested))
        yield from _walk(nested.block, f"{prefix}{name}.", required_only=required_only)


def _attribute(attribute: Attribute) -> ShownAttribute:
    nested = attribute.nested_type
    return ShownAttribute(
        type=spell(attribute.type) if nested is None else f"{nested.nesting_mode} of object",
        required=attribute.required,
        optional=attribute.optional,
        computed=attribute.computed,
        sensitive=attribute.sensitive,
        description=sanitise(attribute.description, _DESCRIPTION_MAX_CHARS),
    )


def _block(nested: NestedBlock) -> ShownBlock:
    return ShownBlock(nesting=nested.nesting_mode, min_items=nested.min_items, max_items=nested.max_items)


def _rank(entry: Entry) -> int:
    match entry.shown:
        case ShownAttribute(required=True):
            return 0
        case ShownBlock(min_items=least) if least:
            return 1
        case ShownAttribute(optional=True):
            return 2
        case ShownBlock():
            return 3
    return 4


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
