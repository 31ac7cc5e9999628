"""What of a configuration the provider's schema calls deprecated. It is taken all the same."""

from collections.abc import Iterator

from pydantic import JsonValue

from engine.core.providers.schema import Block, NestedBlock
from engine.core.values import JsonObject, Path, dotted


def deprecated_paths(block: Block, config: JsonObject) -> tuple[str, ...]:
    """Return the dotted paths of what is given and deprecated, in the order of the configuration."""
    return tuple(dotted(path) for path in _block((), block, config))


def _block(path: Path, block: Block, config: JsonObject) -> Iterator[Path]:
    for name, value in config.items():
        attribute, nested = block.attributes.get(name), block.block_types.get(name)
        if value is None:
            continue
        if attribute is not None and attribute.nested_type is not None:
            nested = attribute.nested_type.as_block
        if (attribute is not None and attribute.deprecated) or (
            nested is not None and nested.block.deprecated
        ):
            yield (*path, name)
        elif nested is not None:
            yield from _nested((*path, name), nested, value)


def _nested(path: Path, nested: NestedBlock, value: JsonValue) -> Iterator[Path]:
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from _nested((*path, position), nested, item)
    elif isinstance(value, dict) and nested.nesting_mode == "map":
        inner = nested.model_copy(update={"nesting_mode": "single"})
        for key, item in value.items():
            yield from _nested((*path, key), inner, item)
    elif isinstance(value, dict):
        yield from _block(path, nested.block, value)
