"""The check of a configuration against generated schemas."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.core.errors import InvalidInput
from engine.core.providers.check import check_config, complete
from engine.core.providers.schema import Block
from engine.core.values import JsonObject
from engine.testing.strategies import blocks_with_configs, json_values
from tests.unit.check_stage import UNKNOWN, problems


@given(blocks_with_configs())
def test_a_fitting_configuration_has_no_problem_and_has_none_when_completed(
    drawn: tuple[Block, JsonObject],
) -> None:
    block, config = drawn
    assert problems(block, config) == []
    completed = complete(block, config)
    assert problems(block, completed) == []
    assert complete(block, completed) == completed


def places(block: Block, config: JsonObject, path: str = "config") -> list[tuple[str, Block, JsonObject]]:
    """List every block of a fitting configuration with its path, its schema and its content."""
    found = [(path, block, config)]
    for name, nested in block.block_types.items():
        value = config.get(name)
        items: list[tuple[str, JsonValue]] = [(f"{path}.{name}", value)]
        if isinstance(value, list):
            items = [(f"{path}.{name}.{n}", item) for n, item in enumerate(value)]
        elif nested.nesting_mode == "map" and isinstance(value, dict):
            items = [(f"{path}.{name}.{key}", item) for key, item in value.items()]
        for where, item in items:
            if isinstance(item, dict):
                found += places(nested.block, item, where)
    return found


@given(blocks_with_configs(), st.data())
def test_a_mutation_is_named_at_its_path(drawn: tuple[Block, JsonObject], data: st.DataObject) -> None:
    block, shared = drawn
    config = json.loads(json.dumps(shared))  # equal blocks must not be one object: a mutation hits only one
    where, inner, content = data.draw(st.sampled_from(places(block, config)))
    required = [n for n, a in inner.attributes.items() if a.required]
    mutation = data.draw(st.sampled_from(["unknown", "missing"] if required else ["unknown"]))
    if mutation == "unknown":
        content["Zz"] = 1
        expected = [(f"{where}.Zz", UNKNOWN)]
    else:
        name = data.draw(st.sampled_from(required))
        content.pop(name)
        expected = [(f"{where}.{name}", "is required")]
    assert problems(block, config) == expected


@given(blocks_with_configs(), json_values)
def test_any_json_is_fine_or_invalid_input(drawn: tuple[Block, JsonObject], value: JsonValue) -> None:
    block, config = drawn
    for candidate in (value, *({**config, name: value} for name in config)):
        if not problems(block, candidate):
            complete(block, check_config(block, candidate))
            continue
        with pytest.raises(InvalidInput, match=r"\Aconfig"):
            check_config(block, candidate)
