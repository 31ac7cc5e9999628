"""Where the steps of a path into a resource lead: attributes, positions or keys, as the schema says."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from pydantic import JsonValue

from engine.core.providers.schema import Attribute, Block, NestedBlock

_Position = Block | NestedBlock | Attribute | JsonValue


class Place(StrEnum):
    """What a step is a step into."""

    OBJECT = "object"
    LIST = "list"
    SET = "set"
    MAP = "map"


def places(block: Block, path: Sequence[str | int]) -> Iterator[tuple[Place, str]]:
    """Yield each step with what it leads into; where the schema says nothing, numbers are positions."""
    here: _Position = block
    for step in map(str, path):
        place, here = _enter(_content(here), step)
        yield place, step


def _content(here: _Position) -> _Position:
    if isinstance(here, Attribute):
        if here.nested_type is None:
            return here.type
        inner = Block(attributes=here.nested_type.attributes)
        here = NestedBlock(nesting_mode=here.nested_type.nesting_mode, block=inner)
    if isinstance(here, NestedBlock) and here.nesting_mode in ("single", "group"):
        return here.block
    return here


def _enter(here: _Position, step: str) -> tuple[Place, _Position]:
    if isinstance(here, NestedBlock):
        return Place(here.nesting_mode), here.block
    if isinstance(here, Block):
        following = here.attributes.get(step) or here.block_types.get(step)
        return (Place.MAP, None) if following is None else (Place.OBJECT, following)
    match here:
        case ["list" | "set" | "map" as kind, inner]:
            return Place(str(kind)), inner
        case ["object", dict(members)] if step in members:
            return Place.OBJECT, members[step]
    return (Place.LIST if step.isdecimal() else Place.MAP), None
