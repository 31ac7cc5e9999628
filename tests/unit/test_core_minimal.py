"""The smallest configuration that a schema allows."""

from hypothesis import given

from engine.core.providers.minimal import Minimal, minimal
from engine.core.providers.schema import Block
from engine.core.values import JsonObject
from engine.testing.strategies import blocks_with_configs
from tests.unit.check_stage import TABLE, problems


def test_what_is_required_is_given_and_each_value_is_told() -> None:
    assert minimal(TABLE, "aws_dynamodb_table") == Minimal(
        config={
            "hash_key": "example",
            "name": "example",
            "attribute": [{"name": "example", "type": "example"}],
        },
        placeholders=(("hash_key",), ("name",), ("attribute", 0, "name"), ("attribute", 0, "type")),
    )


@given(blocks_with_configs())
def test_what_is_generated_fits_its_schema(drawn: tuple[Block, JsonObject]) -> None:
    block, _ = drawn
    assert problems(block, minimal(block).config) == []
