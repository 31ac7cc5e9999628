"""A block of a provider's schema by dotted path. Descriptions are the provider's words."""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import JsonValue

from engine.core.diagnostics import sanitise
from engine.core.providers.constraints import spell
from engine.core.providers.schema import Attribute, Block, NestedBlock


class Member(NamedTuple):
    """An attribute or nested block and where it stands."""

    path: str
    shown: Attribute | NestedBlock


def members(block: Block, word: str, *, required_only: bool) -> list[Member]:
    """Return what a block holds: what must be given first, then by path; `word` filters the paths."""
    found = [m for m in _walk(block, "", required_only=required_only) if word in m.path]
    return sorted(found, key=lambda member: (not _required(member.shown), member.path))


def schema_document(found: list[Member]) -> JsonValue:
    """Return members as JSON."""
    attributes = {m.path: _attribute(m.shown) for m in found if isinstance(m.shown, Attribute)}
    blocks: dict[str, JsonValue] = {
        m.path: {
            "nesting": m.shown.nesting_mode,
            "min_items": m.shown.min_items,
            "max_items": m.shown.max_items,
        }
        for m in found
        if isinstance(m.shown, NestedBlock)
    }
    return {"attributes": {**attributes}, "blocks": blocks}


def schema_rows(found: list[Member]) -> Iterator[tuple[str, str, str, str]]:
    """Yield members as rows: path, type, what it is, description."""
    for path, shown in found:
        if isinstance(shown, Attribute):
            yield path, _type(shown), ", ".join(_kinds(shown)), shown.description
        else:
            most = f"to {shown.max_items}" if shown.max_items else "or more"
            yield path, f"{shown.nesting_mode} block", f"{shown.min_items} {most}", ""


def _walk(block: Block, prefix: str, *, required_only: bool) -> Iterator[Member]:
    for name, attribute in block.attributes.items():
        if required_only and not attribute.required:
            continue
        yield Member(prefix + name, attribute)
        if attribute.nested_type is not None:
            inner = attribute.nested_type.as_block.block
            yield from _walk(inner, f"{prefix}{name}.", required_only=required_only)
    for name, nested in block.block_types.items():
        if required_only and not nested.min_items:
            continue
        yield Member(prefix + name, nested)
        yield from _walk(nested.block, f"{prefix}{name}.", required_only=required_only)


def _required(shown: Attribute | NestedBlock) -> bool:
    return shown.required if isinstance(shown, Attribute) else shown.min_items > 0


def _attribute(attribute: Attribute) -> JsonValue:
    return {
        "type": _type(attribute),
        "required": attribute.required,
        "optional": attribute.optional,
        "computed": attribute.computed,
        "sensitive": attribute.sensitive,
        "description": sanitise(attribute.description),
    }


def _type(attribute: Attribute) -> str:
    nested = attribute.nested_type
    return spell(attribute.type) if nested is None else f"{nested.nesting_mode} of object"


def _kinds(attribute: Attribute) -> Iterator[str]:
    if attribute.required:
        yield "required"
    if attribute.optional:
        yield "optional"
    if attribute.computed:
        yield "computed" if attribute.optional else "read-only"
    if attribute.sensitive:
        yield "sensitive"
