"""A schema as a flat list: everything once, what must be given first."""

from hypothesis import given

from engine.core.providers.members import members, type_of
from engine.core.providers.schema import Attribute, Block, NestedBlock, NestedType
from engine.testing.strategies import blocks_with_configs
from tests.unit.check_stage import BUCKET


@given(blocks_with_configs())
def test_every_name_at_the_top_is_there_once_and_required_ones_come_first(
    drawn: tuple[Block, object],
) -> None:
    block, _ = drawn
    top = [member for member in members(block) if "." not in member.path]
    assert sorted(member.path for member in top) == sorted([*block.attributes, *block.block_types])
    required = [isinstance(m.shown, Attribute) and m.shown.required for m in top]
    assert required == sorted(required, reverse=True)


def test_what_must_be_given_is_listed_alone() -> None:
    nested = NestedBlock(
        nesting_mode="list",
        min_items=1,
        block=Block(attributes={"a": Attribute(type="string", required=True), "b": Attribute(type="bool")}),
    )
    free = NestedBlock(nesting_mode="list", block=Block())
    block = Block(
        attributes={"c": Attribute(type="string", optional=True)}, block_types={"rule": nested, "more": free}
    )
    assert [m.path for m in members(block, required_only=True)] == ["rule", "rule.a"]
    assert [m.path for m in members(block)] == ["rule", "c", "more", "rule.a", "rule.b"]


def test_a_type_reads_as_people_write_it() -> None:
    listed = NestedType(nesting_mode="list", attributes={"a": Attribute(type="string", optional=True)})
    block = Block(attributes={"rules": Attribute(nested_type=listed, computed=True)})
    assert [(m.path, type_of(m.shown)) for m in members(block) if isinstance(m.shown, Attribute)] == [
        ("rules", "list of object"),
        ("rules.a", "string"),
    ]
    assert type_of(BUCKET.attributes["tags"]) == "map of string"
