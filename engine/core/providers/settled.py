"""The configuration that describes an object found in the cloud, for resources that came by import.

What the provider would keep by itself is left out, so that a plan with this configuration changes nothing and
no two arguments contradict each other. Created resources keep the configuration that their caller wrote.
"""

from collections.abc import Collection, Mapping
from typing import Final

from pydantic import JsonValue

from engine.core.providers.schema import Attribute, Block, NestedBlock
from engine.core.values import JsonObject

_IDENTITY: Final = "id"
_PREFIX: Final = "_prefix"


def settled_config(
    schema: Block, attributes: Mapping[str, JsonValue], keep: Collection[str] = ()
) -> JsonObject:
    """Return the configuration of an object whose attributes were read from the cloud.

    Kept are required attributes, and optional ones that say something. Attributes that are optional and
    computed keep their value when nobody configures them, so they are left out, with two exceptions: the
    natural name (`name` beside `name_prefix`), and lists of objects, such as the rules of a security group.

    A provider reads false, 0 and "" where nobody set anything, and refuses some of them when they are
    configured (`aws_subnet` does), so they are left out too. Where their default is another value, a plan
    with this configuration would change them: then ask again and name those attributes and blocks in `keep`.
    """
    return _settled(schema, {n: v for n, v in attributes.items() if n != _IDENTITY}, keep, zeros=False)


def _settled(
    schema: Block, attributes: Mapping[str, JsonValue], keep: Collection[str], *, zeros: bool
) -> JsonObject:
    config: JsonObject = {}
    for name, value in attributes.items():
        zeros_here = zeros or name in keep
        if name in schema.attributes:
            if _belongs(schema, name, attributes, zeros=zeros_here):
                config[name] = _attribute(schema.attributes[name], value, zeros=zeros_here)
        elif name in schema.block_types and value and (zeros_here or not _says_nothing(value)):
            config[name] = _blocks(schema.block_types[name], value, zeros=zeros_here)
    return config


def _belongs(schema: Block, name: str, attributes: Mapping[str, JsonValue], *, zeros: bool) -> bool:
    attribute, value = schema.attributes[name], attributes[name]
    if attribute.required:
        return value is not None
    if attribute.read_only or value is None or (_says_nothing(value) and not zeros):
        return False
    if name.endswith(_PREFIX) and attributes.get(name.removesuffix(_PREFIX)):
        return False
    return not attribute.computed or f"{name}{_PREFIX}" in schema.attributes or _holds_objects(attribute)


def _attribute(attribute: Attribute, value: JsonValue, *, zeros: bool) -> JsonValue:
    if attribute.nested_type is None:
        return value
    inner = Block(attributes=attribute.nested_type.attributes)
    return _blocks(
        NestedBlock(nesting_mode=attribute.nested_type.nesting_mode, block=inner), value, zeros=zeros
    )


def _blocks(nested: NestedBlock, value: JsonValue, *, zeros: bool) -> JsonValue:
    if isinstance(value, list):
        return [_blocks(nested, item, zeros=zeros) for item in value]
    if nested.nesting_mode == "map" and isinstance(value, dict):
        inner = nested.model_copy(update={"nesting_mode": "single"})
        return {key: _blocks(inner, item, zeros=zeros) for key, item in value.items()}
    return _settled(nested.block, value, (), zeros=zeros) if isinstance(value, dict) else value


def _holds_objects(attribute: Attribute) -> bool:
    if attribute.nested_type is not None:
        return attribute.nested_type.nesting_mode in ("list", "set")
    match attribute.type:
        case ["list" | "set", ["object", _]]:
            return True
    return False


def _says_nothing(value: JsonValue) -> bool:
    """Tell whether a value is null or zero, or holds nothing else; `False`, 0, "", [] and {} are zeros."""
    if isinstance(value, dict):
        return all(_says_nothing(item) for item in value.values())
    if isinstance(value, list):
        return all(_says_nothing(item) for item in value)
    return not value
