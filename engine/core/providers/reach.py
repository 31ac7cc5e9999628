"""Whether a path leads to something that a schema knows, before there is an object to look into."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from pydantic import JsonValue

from engine.core.providers.schema import Attribute, Block, NestedBlock
from engine.core.refs import REF_KEY, Ref, is_ref
from engine.core.values import JsonObject, Path, dotted

_Position: TypeAlias = Block | NestedBlock | Attribute | JsonValue


class DeadEnd(NamedTuple):
    """The step of a path that leads nowhere, and the names that would lead on; none where nothing does."""

    step: str
    known: tuple[str, ...]


def dead_end(block: Block, path: Sequence[str]) -> DeadEnd | None:
    """Return where a path into an object of this schema ends too early, None where it leads to a value.

    Whether a list is long enough and a map has the key is known only once there is an object.
    """
    here: _Position = block
    for step in path:
        following = _enter(_content(here), step)
        if isinstance(following, DeadEnd):
            return following
        here = following
    return None


def references_for_blocks(block: Block, config: JsonObject) -> Iterator[tuple[str, Ref]]:
    """Yield the references that stand where a nested block is expected, with the dotted path of each.

    OpenTofu's syntax has no value there, so none can be known only later.
    """
    yield from _for_blocks((), block, config)


def _content(here: _Position) -> _Position:
    if isinstance(here, Attribute):
        here = here.type if here.nested_type is None else here.nested_type.as_block
    if isinstance(here, NestedBlock) and here.nesting_mode in ("single", "group"):
        return here.block
    return here


def _enter(here: _Position, step: str) -> _Position | DeadEnd:
    match here:
        case Block():
            return _named({**here.attributes, **here.block_types}, step)
        case NestedBlock():
            return here.block if here.nesting_mode == "map" or _is_position(step) else DeadEnd(step, ())
        case ["list" | "set" | "map" as kind, inner]:
            return inner if kind == "map" or _is_position(step) else DeadEnd(step, ())
        case ["object", dict(members), *_]:
            return _named(members, step)
        case "dynamic" | ["tuple", *_]:
            return "dynamic"
    return DeadEnd(step, ())


def _named(members: Mapping[str, _Position], step: str) -> _Position | DeadEnd:
    return members[step] if step in members else DeadEnd(step, tuple(sorted(members)))


def _for_blocks(path: Path, block: Block, config: JsonObject) -> Iterator[tuple[str, Ref]]:
    for name, nested in block.block_types.items():
        value = config.get(name)
        items: list[tuple[Path, JsonValue]] = [((*path, name), value)]
        if isinstance(value, list):
            items = [((*path, name, position), item) for position, item in enumerate(value)]
        elif nested.nesting_mode == "map" and isinstance(value, dict) and not is_ref(value):
            items = [((*path, name, key), item) for key, item in value.items()]
        for here, item in items:
            if isinstance(item, dict) and is_ref(item):
                yield dotted(here), Ref.parse(item[REF_KEY], dotted(here))
            elif isinstance(item, dict):
                yield from _for_blocks(here, nested.block, item)


def _is_position(step: str) -> bool:
    return step.isascii() and step.isdecimal()
