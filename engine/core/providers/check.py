"""The check of a configuration against a schema, before any child process runs.

Finds all problems at once, each with its path. Values convert between string, number and bool exactly where
OpenTofu converts them. What only the provider knows (formats, conflicts) is left to the plan.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue

from engine.core.errors import InvalidInput
from engine.core.limits import CONFIG_MAX_DEPTH, CONFIG_PROBLEMS_MAX
from engine.core.providers.constraints import completed, converts, members, spell
from engine.core.providers.names import suggestion
from engine.core.providers.schema import Attribute, Block, NestedBlock
from engine.core.refs import is_ref
from engine.core.values import JsonObject, Path, depth, dotted

# What OpenTofu itself reads from a resource. It reserves these names: no provider can define one of them.
META_ARGUMENTS: Final = frozenset(
    {"connection", "count", "depends_on", "dynamic", "for_each", "lifecycle", "provider", "provisioner"}
)
_BLOCKS: Final = {
    "single": "an object",
    "group": "an object",
    "list": "a list of objects",
    "set": "a list of objects",
    "map": "an object of objects",
}


class Problem(BaseModel):
    """One thing wrong with a configuration: where, what, and the way out."""

    model_config = ConfigDict(frozen=True)

    path: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}; {self.hint}"


def check_config(block: Block, config: JsonValue) -> JsonObject:
    """Return `config` when it fits the schema.

    Raises:
        InvalidInput: listing every problem, at most 50; `facts["problems"]` holds them as objects, `field`
            names the first.
    """
    problems = tuple(islice(find_problems(block, config), CONFIG_PROBLEMS_MAX))
    if problems or not isinstance(config, dict):
        first, *more = problems
        raise InvalidInput(
            "; ".join(map(str, problems)) if more else f"{first.path}: {first.message}",
            field=first.path,
            hint="mend each of these" if more else first.hint,
            facts={"problems": [p.model_dump() for p in problems]},
        )
    return config


def find_problems(block: Block, config: JsonValue) -> Iterator[Problem]:
    """Yield every problem of a whole configuration, in the order of its keys."""
    if not isinstance(config, dict):
        yield Problem(
            path="config", message=f"must be an object, not {_kind(config)}", hint="give a JSON object"
        )
    elif depth(config) > CONFIG_MAX_DEPTH:
        hint = f"at most {CONFIG_MAX_DEPTH} levels are allowed"
        yield Problem(path="config", message="is nested too deeply", hint=hint)
    else:
        yield from _beyond_json(("config",), config)
        yield from _block(("config",), block, config, top=True)


def complete(block: Block, config: Mapping[str, JsonValue]) -> JsonObject:
    """Return `config` with what JSON syntax demands but callers may leave out.

    Members of object-typed attributes become null (in HCL's block syntax they could be left out), and a
    nested block given as one object becomes a list of one.
    """
    return {key: _complete_member(block, key, value) for key, value in config.items()}


def _beyond_json(path: Path, value: JsonValue) -> Iterator[Problem]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _beyond_json((*path, key), item)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _beyond_json((*path, position), item)
    elif isinstance(value, float) and not math.isfinite(value):
        yield Problem(path=dotted(path), message="is a number that is too large", hint="give it as a string")


def _block(path: Path, block: Block, config: JsonObject, *, top: bool = False) -> Iterator[Problem]:
    known = {*block.attributes, *block.block_types}
    for key, value in config.items():
        here = (*path, key)
        if top and key in META_ARGUMENTS:
            # INVARIANT: refused whatever a schema says, for OpenTofu would read it as its own.
            hint = "the engine decides these; dependencies go into the argument depends_on or a $ref"
            yield Problem(
                path=dotted(here), message="is a meta-argument of OpenTofu, not configuration", hint=hint
            )
        elif key in block.attributes:
            yield from _attribute(here, block.attributes[key], value)
        elif key in block.block_types:
            yield from _nested(here, block.block_types[key], value)
        else:
            yield _unknown(here, known)
    for name, attribute in block.attributes.items():
        if attribute.required and config.get(name) is None:
            hint = f"give {_expected(attribute)}"
            yield Problem(path=dotted((*path, name)), message="is required", hint=hint)
    for name, nested in block.block_types.items():
        if nested.min_items > 0 and config.get(name) is None:
            hint = f"give at least {nested.min_items} of this block"
            yield Problem(path=dotted((*path, name)), message="is required", hint=hint)


def _attribute(path: Path, attribute: Attribute, value: JsonValue) -> Iterator[Problem]:
    if value is None:
        return
    if attribute.read_only:
        yield Problem(path=dotted(path), message="is read-only: the provider sets it", hint="leave it out")
    elif is_ref(value):
        return
    elif attribute.nested_type is not None:
        inner = attribute.nested_type.as_block
        if inner.nesting_mode in ("list", "set") and isinstance(value, dict):
            yield _wrong(path, _BLOCKS[inner.nesting_mode], value)
        else:
            yield from _nested(path, inner, value)
    else:
        yield from _typed(path, attribute.type, value)


def _nested(path: Path, nested: NestedBlock, value: JsonValue) -> Iterator[Problem]:
    if value is None or is_ref(value):
        return
    blocks: list[tuple[Path, JsonValue]]
    if isinstance(value, dict) and nested.nesting_mode == "map":
        blocks = [((*path, key), item) for key, item in value.items()]
    elif isinstance(value, dict):
        blocks = [(path, value)]
    elif isinstance(value, list) and nested.nesting_mode in ("list", "set"):
        blocks = [((*path, position), item) for position, item in enumerate(value)]
    else:
        yield _wrong(path, _BLOCKS[nested.nesting_mode], value)
        return
    yield from _count(path, nested, len(blocks))
    for here, item in blocks:
        if is_ref(item):
            continue
        if isinstance(item, dict):
            yield from _block(here, nested.block, item)
        else:
            yield _wrong(here, "an object", item)


def _count(path: Path, nested: NestedBlock, count: int) -> Iterator[Problem]:
    if count < nested.min_items:
        hint = f"give at least {nested.min_items}"
        yield Problem(path=dotted(path), message=f"stands {count} times", hint=hint)
    if 0 < nested.max_items < count:
        hint = f"give at most {nested.max_items}"
        yield Problem(path=dotted(path), message=f"stands {count} times", hint=hint)


def _typed(path: Path, constraint: JsonValue, value: JsonValue) -> Iterator[Problem]:
    if value is None or is_ref(value):
        return
    if not isinstance(constraint, list):
        if not converts(constraint, value):
            yield _wrong(path, _a(constraint), value)
        return
    parts = members(constraint, value)
    if parts is None:
        yield _wrong(path, _a(constraint), value)
        return
    known = constraint[1] if isinstance(constraint[1], dict) else ()
    for step, inner, item in parts:
        if inner is None:
            yield _unknown((*path, step), known)
        else:
            yield from _typed((*path, step), inner, item)


def _complete_member(block: Block, key: str, value: JsonValue) -> JsonValue:
    nested = block.block_types.get(key)
    if nested is not None:
        if nested.nesting_mode in ("list", "set") and isinstance(value, dict) and not is_ref(value):
            value = [value]
        if isinstance(value, list):
            return [complete(nested.block, item) if isinstance(item, dict) else item for item in value]
        if not isinstance(value, dict) or is_ref(value):
            return value
        if nested.nesting_mode == "map":
            return {k: complete(nested.block, v) if isinstance(v, dict) else v for k, v in value.items()}
        return complete(nested.block, value)
    attribute = block.attributes.get(key)
    return value if attribute is None else completed(attribute.type, value)


def _unknown(path: Path, known: Iterable[str]) -> Problem:
    hint = suggestion(str(path[-1]), known) or "`intent provider` shows what it takes"
    return Problem(path=dotted(path), message="is not known to the schema of this type", hint=hint)


def _wrong(path: Path, expected: str, value: JsonValue) -> Problem:
    return Problem(
        path=dotted(path), message=f"must be {expected}, not {_kind(value)}", hint=f"give {expected}"
    )


def _kind(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "a bool"
    if isinstance(value, str):
        return "a string"
    return {dict: "an object", list: "a list", type(None): "null"}.get(type(value), "a number")


def _expected(attribute: Attribute) -> str:
    if attribute.nested_type is not None:
        return _BLOCKS[attribute.nested_type.nesting_mode]
    return _a(attribute.type)


def _a(constraint: JsonValue) -> str:
    spelt = spell(constraint)
    return f"an {spelt}" if spelt == "object" else f"a {spelt}"
