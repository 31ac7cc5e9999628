"""Pages of the tool `provider`: each fits, none loses an entry, whatever others wrote."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.errors import InvalidInput
from engine.core.limits import PROVIDER_ANSWER_MAX_BYTES
from engine.core.providers.described import Described, by_schema
from engine.core.providers.schema import Attribute, Block, NestedBlock
from server.mcp.provider_results import (
    ProviderResult,
    ProviderVersion,
    ShownAttribute,
    ShownExample,
    ShownSchema,
)
from server.mcp.provider_wording import provider_text
from server.mcp.tools.pages import Entry, every_page, member_entry, paged, shortened

HEAD = ProviderResult(providers=(ProviderVersion(provider="testing/fake", version="1.0.0"),), type="fake_t")


def test_a_description_is_made_safe_and_kept_short() -> None:
    described = Described(
        path="a", kind="attribute", type="string", description="run\u202e this" + "x" * 1000
    )
    shown = member_entry(described).shown
    assert isinstance(shown, ShownAttribute)
    assert shown.description == "run\\u202e…"
    assert shortened("One sentence that is long. Another one.", 30) == "One sentence that is long."
    assert shortened("some words in a row", 12) == "some words…"
    assert shortened("x" * 20, 12) == "x" * 11 + "…"


def blocks(levels: int) -> st.SearchStrategy[Block]:
    names = st.from_regex(r"[a-z_]{1,30}", fullmatch=True)
    attributes = st.builds(
        Attribute,
        type=st.sampled_from(["string", ["map", "string"], ["set", ["object", {"a": "string"}]]]),
        description=st.text(max_size=400),
        required=st.booleans(),
        optional=st.booleans(),
    )
    inner = blocks(levels - 1) if levels else st.just(Block())
    nested = st.builds(NestedBlock, nesting_mode=st.just("list"), block=inner, min_items=st.integers(0, 1))
    return st.builds(
        Block,
        attributes=st.dictionaries(names, attributes, max_size=20),
        block_types=st.dictionaries(names, nested, max_size=3),
    )


@pytest.mark.requirement("5.4.bounded")
@settings(max_examples=25, deadline=None)
@given(blocks(2), st.text(max_size=400), st.dictionaries(st.text(max_size=30), st.text(max_size=300)))
def test_all_pages_together_hold_each_name_once_and_each_fits(
    block: Block, description: str, smallest: dict[str, str]
) -> None:
    names: list[str] = []
    members = by_schema(block, None)
    schema = ShownSchema(description=shortened(description, 400), smallest=dict(smallest))
    first = HEAD.model_copy(update={"untrusted_schema": schema})
    for shown in every_page(first, [member_entry(member) for member in members]):
        if shown.untrusted_schema is not None:
            found = shown.untrusted_schema
            names += [*found.attributes, *(f"{b} {{}}" for b in found.blocks)]
        assert len(shown.model_dump_json().encode()) <= PROVIDER_ANSWER_MAX_BYTES
        assert len(provider_text(shown).encode()) <= PROVIDER_ANSWER_MAX_BYTES
    expected = [f"{each.path} {{}}" if each.kind == "block" else each.path for each in members]
    assert sorted(names) == sorted(expected)


@pytest.mark.requirement("5.4.bounded")
def test_an_example_that_no_page_holds_is_cut_and_says_so() -> None:
    long = ShownExample(name="long", source="registry", hcl='a = "ü"\n' * 2_000, config=None)
    short = ShownExample(name="short", source="registry", hcl="b = 1")
    entries = [Entry("examples", each.name, each) for each in (short, long, short)]
    shown = list(every_page(HEAD, entries))
    found = [each for page in shown for each in page.untrusted_examples]
    assert [each.name for each in found] == ["short", "long", "short"]
    assert found[1].hcl.endswith("…(cut)")
    assert shown[-1] == paged(HEAD, entries, len(shown))
    for page in shown:
        assert len(page.model_dump_json().encode()) <= PROVIDER_ANSWER_MAX_BYTES


@pytest.mark.requirement("5.4.bounded")
def test_a_page_after_the_last_is_refused_with_the_pages_that_there_are() -> None:
    long = ShownExample(name="long", source="registry", hcl='a = "b"\n' * 400, config=None)
    entries = [Entry("examples", "long", long)] * 3
    assert len(list(every_page(HEAD, entries))) == 3
    with pytest.raises(InvalidInput, match="the last one is 3") as refused:
        paged(HEAD, entries, 99)
    assert (refused.value.field, refused.value.hint) == ("page", "give a page from 1 to 3")


@pytest.mark.requirement("5.4.bounded")
def test_what_is_told_of_all_entries_leaves_room_for_them() -> None:
    schema = ShownSchema(description="short", smallest={f"argument_{n}": "example" for n in range(200)})
    first = HEAD.model_copy(update={"untrusted_schema": schema})
    member = Described(path="a", kind="attribute", type="string")
    shown = paged(first, [member_entry(member)], 1)
    assert shown.pages == 1
    assert shown.untrusted_schema == ShownSchema(attributes={"a": ShownAttribute(type="string")})
