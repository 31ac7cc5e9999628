"""A block of a schema as a flat list: each attribute and nested block by its dotted path."""

from collections.abc import Iterator
from typing import NamedTuple

from engine.core.providers.constraints import spell
from engine.core.providers.schema import Attribute, Block, NestedBlock


class Member(NamedTuple):
    """An attribute or a nested block, and where it stands."""

    path: str
    shown: Attribute | NestedBlock


def members(block: Block, *, required_only: bool = False) -> list[Member]:
    """Return what a block holds, outer things before inner ones, and of those what must be given first."""
    found = _walk(block, "", required_only=required_only)
    return sorted(found, key=lambda member: (member.path.count("."), _rank(member.shown), member.path))


def type_of(attribute: Attribute) -> str:
    """Return an attribute's type as people read it."""
    nested = attribute.nested_type
    return spell(attribute.type) if nested is None else f"{nested.nesting_mode} of object"


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


def _rank(shown: Attribute | NestedBlock) -> int:
    if isinstance(shown, NestedBlock):
        return 1 if shown.min_items else 3
    return 0 if shown.required else 2 if shown.optional else 4
