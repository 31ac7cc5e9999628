"""The smallest configuration that a schema allows: what is required, filled with placeholders.

Deterministic. A schema does not say which values a provider takes, nor which arguments exclude each other or
of which one must be given: names tell some of it (`placeholders`), the rest is the provider's documentation.
"""

from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.providers.placeholders import chosen, placeholder, whole
from engine.core.providers.schema import Attribute, Block, NestedBlock
from engine.core.values import JsonObject, Path

# What is true of it, and what is not.
VALID_IN_FORM: Final = (
    "the smallest config is valid in form, it fits the schema; the provider or the cloud may want more"
    " at plan or apply"
)


class Minimal(BaseModel):
    """A configuration that satisfies the schema.

    Attributes:
        config: fits `check_config`, completed as JSON syntax demands.
        placeholders: the path of each value that stands for one of the caller's, in the order of `config`.
    """

    model_config = ConfigDict(frozen=True)

    config: JsonObject
    placeholders: tuple[Path, ...]


def minimal(block: Block, type_name: str = "") -> Minimal:
    """Return what a block demands: its required attributes, and nested blocks as often as they must stand.

    `type_name` is the type whose block it is; values that only some types take are chosen by it.
    """
    config = _block((type_name,) if type_name else (), block)
    return Minimal(config=config, placeholders=tuple(_leaves((), config)))


def _block(names: tuple[str, ...], block: Block) -> JsonObject:
    wanted = chosen(names)
    config: JsonObject = {
        name: _attribute((*names, name), attribute)
        for name, attribute in sorted(block.attributes.items())
        if attribute.required or (name in wanted and not attribute.read_only)
    }
    return config | {
        name: _nested((*names, name), nested, nested.min_items)
        for name, nested in sorted(block.block_types.items())
        if nested.min_items > 0 or name in wanted
    }


def _nested(names: tuple[str, ...], nested: NestedBlock, count: int) -> JsonValue:
    if nested.nesting_mode in ("single", "group"):
        return _block(names, nested.block)
    items = [_block(names, nested.block) for _ in range(max(count, 1))]
    if nested.nesting_mode == "set":
        # Equal ones would be one.
        items = [items[0], *(_another(item, number) for number, item in enumerate(items[1:], 2))]
    if nested.nesting_mode == "map":
        return {f"example{number}": item for number, item in enumerate(items, 1)}
    return list(items)


def _another(item: JsonObject, number: int) -> JsonObject:
    texts = [name for name, value in item.items() if isinstance(value, str)]
    return item | {name: f"{item[name]}{number}" for name in texts[:1]}


def _attribute(names: tuple[str, ...], attribute: Attribute) -> JsonValue:
    if attribute.nested_type is not None:
        return _nested(names, attribute.nested_type.as_block, 1)
    return _value(names, attribute.type)


def _value(names: tuple[str, ...], constraint: JsonValue) -> JsonValue:
    if isinstance(constraint, list) and (known := whole(names, constraint)) is not None:
        return known
    match constraint:
        case ["list" | "set", inner]:
            return [_value(names, inner)]
        case ["map", inner]:
            return {"example": _value((*names, "example"), inner)}
        case ["object", dict(parts), *rest]:
            # A third member names those that may be left out, which JSON syntax spells null.
            optional = rest[0] if rest and isinstance(rest[0], list) else []
            return {
                name: None if name in optional else _value((*names, name), part)
                for name, part in sorted(parts.items())
            }
        case ["tuple", list(parts)]:
            return [_value(names, part) for part in parts]
    return placeholder(names, constraint)


def _leaves(path: Path, value: JsonValue) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _leaves((*path, position), item)
    elif value is not None:
        yield path
