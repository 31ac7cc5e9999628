"""What is told of a type: exactly by its schema, with a page's words; or by a page alone."""

import pytest
from hypothesis import given

from engine.core.providers.described import Described, by_page, by_schema, held, unheld
from engine.core.providers.listed import Documented
from engine.core.providers.members import members
from engine.core.providers.pages import Page
from engine.core.providers.schema import Attribute, Block, NestedBlock
from engine.testing.strategies import blocks_with_configs

BLOCK = Block(
    attributes={
        "name": Attribute(type="string", required=True, description="its own"),
        "size": Attribute(type="number", optional=True, computed=True, sensitive=True),
    },
    block_types={
        "rule": NestedBlock(
            nesting_mode="list",
            min_items=1,
            max_items=2,
            block=Block(attributes={"days": Attribute(type="number", optional=True, deprecated=True)}),
        ),
        "old": NestedBlock(nesting_mode="set", block=Block(deprecated=True)),
    },
)
PAGE = Page(
    members=(
        Documented(path="name", required=True, description="the page's"),
        Documented(path="size", optional=True, deprecated=True, description="how big"),
        Documented(path="rule", optional=True, block=True, description="a rule"),
        Documented(path="rule.days", required=True, type="number", description="how long"),
        Documented(path="more", required=True, block=True),
        Documented(path="more.name", required=True),
        Documented(path="id", computed=True),
        Documented(path="nobody", description="knows"),
    )
)


def test_the_schema_says_what_is_and_the_page_adds_words() -> None:
    told = {each.path: each for each in by_schema(BLOCK, PAGE)}
    assert told["name"] == Described(
        path="name", kind="attribute", type="string", required=True, description="its own"
    )
    assert told["size"] == Described(
        path="size",
        kind="attribute",
        type="number",
        optional=True,
        computed=True,
        sensitive=True,
        deprecated=True,
        description="how big",
    )
    assert told["rule"] == Described(
        path="rule",
        kind="block",
        nesting="list",
        min_items=1,
        max_items=2,
        required=True,
        description="a rule",
    )
    assert told["rule.days"].deprecated
    assert told["old"] == Described(path="old", kind="block", nesting="set", optional=True, deprecated=True)
    assert "more" not in told


@given(blocks_with_configs())
def test_a_schema_alone_is_told_whole_and_in_its_order(drawn: tuple[Block, object]) -> None:
    block, _ = drawn
    assert [each.path for each in by_schema(block, None)] == [member.path for member in members(block)]


def test_a_page_alone_is_told_with_what_must_be_given_first() -> None:
    told = by_page(PAGE)
    assert [each.path for each in told] == [
        "name", "more", "nobody", "size", "rule", "id", "more.name", "rule.days",
    ]  # fmt: skip
    assert told[1] == Described(path="more", kind="block", nesting="block", min_items=1, required=True)
    assert [each.path for each in by_page(PAGE, required_only=True)] == ["name", "more", "more.name"]


def test_members_are_held_by_a_word_in_any_case() -> None:
    assert [each.path for each in held("DAYS", by_page(PAGE))] == ["rule.days"]


@pytest.mark.parametrize(
    ("word", "names", "said"),
    [
        ("", ("bucket",), "there is nothing to give"),
        ("buckt", ("acl", "bucket"), "no name holds 'buckt'; the nearest: bucket"),
        ("zz", ("acl", "bucket"), "no name holds 'zz'"),
    ],
)
def test_a_word_that_nothing_holds_is_answered_with_the_nearest(
    word: str, names: tuple[str, ...], said: str
) -> None:
    assert unheld(word, names) == said
