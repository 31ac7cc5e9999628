"""The tool `provider`: small pages of what installed providers offer, the provider's words marked as such."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.limits import PROVIDER_ANSWER_MAX_BYTES
from engine.core.providers.schema import Attribute, Block, NestedBlock
from engine.testing.engines import make_services
from engine.testing.mirrors import FakeMirror
from server.mcp.arguments import ProviderArguments
from server.mcp.results import ProviderResult, ProviderVersion
from server.mcp.tools.pages import entries_of, paged
from server.mcp.wording import provider_text
from tests.server.mcp_desk import asking, text

pytestmark = pytest.mark.anyio

HEAD = ProviderResult(providers=(ProviderVersion(provider="testing/fake", version="1.0.0"),), type="fake_t")
STRING: dict[str, Any] = {"type": "string", "optional": True}


@pytest.mark.requirement("2.6.provider-tool")
async def test_a_resource_type_is_found_by_its_first_word_and_shown_flat() -> None:
    async with asking(make_services()) as asked:
        shown = await asked.provider(operation="resource", type="fake_bucket", filter="E")
    found = shown.structured_content
    assert (found["providers"], found["type"]) == (
        [{"provider": "testing/fake", "version": "2.0.0"}],
        "fake_bucket",
    )
    plain = {"required": False, "optional": False, "computed": False, "sensitive": False, "description": ""}
    assert found["untrusted_schema"] == {
        "resources": [],
        "data_sources": [],
        "attributes": {
            "name": {**plain, "type": "string", "required": True},
            "size": {**plain, "type": "number", "optional": True},
            "rule.prefix": {**plain, "type": "string", "required": True},
            "rule.days": {**plain, "type": "number", "optional": True},
            "rule.serial": {**plain, "type": "string", "computed": True},
        },
        "blocks": {"rule": {"nesting": "list", "min_items": 0, "max_items": 0}},
    }
    assert text(shown).splitlines() == [
        "fake_bucket of testing/fake 2.0.0, page 1 of 1. untrusted_schema:",
        "name (string; required)",
        "size (number; optional)",
        "rule.prefix (string; required)",
        "rule.days (number; optional)",
        "rule.serial (string; computed)",
        "rule {} (list of blocks; 0 to any)",
    ]


async def test_only_what_must_be_given_is_kept_on_request() -> None:
    async with asking(make_services()) as asked:
        shown = await asked.provider(operation="resource", type="fake_secret", required_only=True)
    found = shown.structured_content["untrusted_schema"]
    assert (list(found["attributes"]), found["blocks"]) == (["name", "value"], {})
    assert found["attributes"]["value"]["sensitive"] is True


@pytest.mark.requirement("2.6.provider-tool")
async def test_providers_versions_and_types_are_listed() -> None:
    async with asking(make_services()) as asked:
        found = await asked.provider(operation="search")
        none = await asked.provider(operation="search", query="google")
        versions = await asked.provider(operation="versions", provider="testing/fake")
        described = await asked.provider(operation="describe", provider="testing/fake", version="1.0.0")
        data = await asked.provider(operation="data_source", type="fake_secret", provider="testing/fake")
    assert text(found) == "testing/fake 2.0.0"
    assert none.structured_content["providers"] == []
    assert text(versions).splitlines() == ["testing/fake 2.0.0", "testing/fake 1.0.0"]
    schema = described.structured_content["untrusted_schema"]
    assert schema["resources"] == ["fake_bucket", "fake_network", "fake_secret", "fake_subnet"]
    assert schema["data_sources"] == ["fake_bucket", "fake_secret"]
    assert list(schema["attributes"]) == [
        "credentials",
        "key",
        "region",
        "token",
        "zone",
        "endpoints.baskets",
        "endpoints.buckets",
    ]
    assert next(iter(data.structured_content["untrusted_schema"]["attributes"])) == "name"


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        ({"operation": "resource", "type": "fake_bukket"}, "not_found", "type"),
        ({"operation": "data_source", "type": "fake_bukket"}, "not_found", "type"),
        ({"operation": "resource", "type": "google_dns"}, "not_found", "type"),
        ({"operation": "resource", "type": "Fake!", "provider": "testing/fake"}, "invalid_input", "type"),
        ({"operation": "resource", "type": "fake_bucket", "version": "x"}, "invalid_input", "version"),
        ({"operation": "versions", "provider": "testing"}, "invalid_input", "provider"),
        ({"operation": "describe", "provider": "testing/none"}, "not_found", "provider"),
        ({"operation": "resource", "type": "fake_bucket", "page": 0}, "invalid_input", "page"),
        ({"operation": "search", "provider": "x"}, "invalid_input", "provider"),
        ({"operation": "examples", "type": "fake_bucket"}, "invalid_input", "operation"),
    ],
)
async def test_what_is_not_there_is_refused_with_the_argument_at_fault(
    arguments: dict[str, Any], code: str, field: str
) -> None:
    async with asking(make_services()) as asked:
        refused = await asked.provider(**arguments)
    error = refused.structured_content["error"]
    assert (refused.is_error, error["code"], error["field"]) == (True, code, field)
    assert error["hint"]


async def test_a_word_that_two_providers_share_has_to_be_made_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_services()
    (package, *_) = engine.mirror.packages()
    address = package.pin.address.model_copy(update={"namespace": "other"})
    twin = package.model_copy(update={"pin": package.pin.model_copy(update={"address": address})})
    monkeypatch.setattr(FakeMirror, "packages", lambda _self: [package, twin])
    async with asking(engine) as asked:
        refused = await asked.provider(operation="resource", type="fake_bucket")
    error = refused.structured_content["error"]
    assert error["message"] == "testing/fake and other/fake are both named fake"


async def test_a_page_after_the_last_is_empty_and_says_so() -> None:
    async with asking(make_services()) as asked:
        shown = await asked.provider(operation="resource", type="fake_bucket", page=3)
    assert text(shown) == "fake_bucket of testing/fake 2.0.0, page 3 of 1. untrusted_schema:"


def test_a_description_is_made_safe_and_kept_short() -> None:
    described = Attribute(type="string", description="run\u202e this" + "x" * 1000)
    (entry,) = entries_of(Block(attributes={"a": described}), required_only=False)
    assert entry.shown is not None
    shown = entry.shown.model_dump()["description"]
    assert shown.startswith("run\\u202e this")
    assert len(shown) <= 300


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


def pages(block: Block) -> Iterator[ProviderResult]:
    entries = entries_of(block, required_only=False)
    page, count = 1, 1
    while page <= count:
        shown = paged(HEAD, entries, ProviderArguments(operation="resource", type="fake_t", page=page))
        yield shown
        page, count = page + 1, shown.pages


@settings(max_examples=25, deadline=None)
@given(blocks(2))
def test_all_pages_together_hold_each_name_once_and_each_fits(block: Block) -> None:
    names: list[str] = []
    for shown in pages(block):
        assert shown.untrusted_schema is not None
        names += [*shown.untrusted_schema.attributes, *(f"{b} {{}}" for b in shown.untrusted_schema.blocks)]
        assert len(shown.model_dump_json().encode()) <= PROVIDER_ANSWER_MAX_BYTES
        assert len(provider_text(shown).encode()) <= PROVIDER_ANSWER_MAX_BYTES
    expected = [
        f"{entry.path} {{}}" if entry.group == "blocks" else entry.path
        for entry in entries_of(block, required_only=False)
    ]
    assert sorted(names) == sorted(expected)
