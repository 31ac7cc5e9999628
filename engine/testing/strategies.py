"""Hypothesis strategies for the values that the core works on. Only tests have Hypothesis."""

from typing import Any

from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.providers.schema import Attribute, Block, NestedBlock
from engine.core.values import JsonObject

_KEYS = st.one_of(
    st.sampled_from(["a", "b", "c", "tags", "a.b", "$ref", ""]),
    st.text(st.characters(codec="utf-8"), max_size=5),
)
_NAMES = st.sampled_from(["name", "rule", "tags", "size", "zone", "deep_one"])
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["true", "1", "0", "1e3", "vpc.id"]),
)

json_values: st.SearchStrategy[JsonValue] = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)
json_objects: st.SearchStrategy[JsonObject] = st.dictionaries(_KEYS, json_values, max_size=4)


def marks_for(value: JsonValue) -> st.SearchStrategy[JsonValue]:
    """Return trees of marks of the shape of `value`, as OpenTofu writes them: true, false or deeper."""
    if isinstance(value, dict):
        members = st.fixed_dictionaries({}, optional={key: marks_for(item) for key, item in value.items()})
        return st.booleans() | members
    if isinstance(value, list):
        return st.booleans() | st.tuples(*(marks_for(item) for item in value)).map(list)
    return st.booleans()


def _compound(inner: st.SearchStrategy[tuple[Any, Any]]) -> st.SearchStrategy[tuple[Any, Any]]:
    kinds = st.sampled_from(["list", "set"])
    return st.one_of(
        st.builds(lambda kind, pair, n: ([kind, pair[0]], [pair[1]] * n), kinds, inner, st.integers(0, 2)),
        st.builds(
            lambda pair, names: (["map", pair[0]], dict.fromkeys(names, pair[1])),
            inner,
            st.sets(_NAMES, max_size=2),
        ),
        st.builds(
            lambda parts, left_out: (
                ["object", {name: pair[0] for name, pair in parts.items()}],
                {name: pair[1] for name, pair in parts.items() if name not in left_out},
            ),
            st.dictionaries(_NAMES, inner, max_size=3),
            st.sets(_NAMES, max_size=1),
        ),
        st.lists(inner, max_size=3).map(
            lambda parts: (["tuple", [p[0] for p in parts]], [p[1] for p in parts])
        ),
    )


_SIMPLE: st.SearchStrategy[tuple[Any, Any]] = st.one_of(
    st.tuples(st.just("string"), st.text(max_size=5) | st.integers() | st.booleans()),
    st.tuples(st.just("number"), st.integers() | st.just("1.5") | st.floats(-1e9, 1e9)),
    st.tuples(st.just("bool"), st.booleans() | st.sampled_from(["true", "0"])),
    st.tuples(st.just("dynamic"), st.text(max_size=5)),
)
# Type constraints in cty's JSON form, each with a value that fits it.
constraints_with_values: st.SearchStrategy[tuple[JsonValue, JsonValue]] = st.recursive(
    _SIMPLE, _compound, max_leaves=4
)


@st.composite
def blocks_with_configs(draw: st.DrawFn, depth: int = 2) -> tuple[Block, JsonObject]:
    """Return a block's schema with a configuration that fits it: required members given, others perhaps."""
    attributes: dict[str, Attribute] = {}
    block_types: dict[str, NestedBlock] = {}
    config: JsonObject = {}
    for name in draw(st.lists(_NAMES, unique=True, max_size=4)):
        if depth > 0 and draw(st.integers(0, 2)) == 0:
            block_types[name], given = draw(_nested(depth - 1))
            needed = block_types[name].min_items > 0
        else:
            constraint, given = draw(constraints_with_values)
            needed = draw(st.booleans())
            attributes[name] = Attribute(type=constraint, required=needed, optional=not needed)
        if needed or draw(st.booleans()):
            config[name] = given
    return Block(attributes=attributes, block_types=block_types), config


@st.composite
def _nested(draw: st.DrawFn, depth: int) -> tuple[NestedBlock, JsonValue]:
    block, config = draw(blocks_with_configs(depth))
    mode = draw(st.sampled_from(["single", "group", "list", "set", "map"]))
    count = 1 if mode in ("single", "group") else draw(st.integers(1, 3))
    nested = NestedBlock(
        nesting_mode=mode,
        block=block,
        min_items=draw(st.integers(0, count)),
        max_items=draw(st.integers(count, 3)),
    )
    if mode == "map":
        return nested, {f"key{n}": config for n in range(count)}
    return nested, config if count == 1 else [config] * count
