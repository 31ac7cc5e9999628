"""The tool `provider`: small pages of what providers offer, others' words marked as such."""

from typing import Any

import pytest

from engine.core.providers.minimal import VALID_IN_FORM
from engine.testing.engines import make_services
from engine.testing.mirrors import FakeMirror
from tests.server.mcp_desk import BUCKET, asking, text

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("2.6.provider-tool", "5.4.types")
async def test_a_resource_type_is_found_by_its_first_word_and_shown_flat() -> None:
    async with asking(make_services()) as asked:
        shown = await asked.provider(operation="resource", type="fake_bucket", filter="E")
    found = shown.structured_content
    assert (found["providers"], found["type"], found["kind"], found["source"]) == (
        [{"provider": "testing/fake", "version": "2.0.0"}],
        "fake_bucket",
        "resource",
        "schema",
    )
    assert found["untrusted_schema"] == {
        "smallest": {"name": "example"},
        "attributes": {
            "name": {"type": "string", "required": True},
            "size": {"type": "number", "optional": True},
            "rule.prefix": {"type": "string", "required": True},
            "rule.days": {"type": "number", "optional": True},
            "rule.serial": {"type": "string", "computed": True},
        },
        "blocks": {"rule": {"nesting": "list"}},
    }
    assert text(shown).splitlines() == [
        "fake_bucket (resource) of testing/fake 2.0.0",
        "note: without the registry's words and examples: the registry has none",
        f"note: {VALID_IN_FORM}",
        "untrusted_schema:",
        'smallest config: {"name": "example"}',
        "name (string; required)",
        "size (number; optional)",
        "rule.prefix (string; required)",
        "rule.days (number; optional)",
        "rule.serial (string; computed)",
        "rule {} (list of blocks; 0 to any)",
    ]


@pytest.mark.requirement("5.4.types")
async def test_only_what_must_be_given_is_kept_on_request() -> None:
    async with asking(make_services()) as asked:
        shown = await asked.provider(operation="resource", type="fake_secret", required_only=True)
    found = shown.structured_content["untrusted_schema"]
    assert list(found["attributes"]) == ["name", "value"]
    assert "blocks" not in found
    assert found["attributes"]["value"] == {"type": "string", "required": True, "sensitive": True}


@pytest.mark.requirement("2.6.provider-tool", "5.4.search", "5.4.versions", "5.4.describe")
async def test_providers_versions_and_types_are_listed() -> None:
    async with asking(make_services()) as asked:
        found = await asked.provider(operation="search")
        types = await asked.provider(operation="search", query="bucket")
        none = await asked.provider(operation="search", query="zzzz")
        versions = await asked.provider(operation="versions", provider="testing/fake")
        described = await asked.provider(operation="describe", provider="testing/fake", version="1.0.0")
        data = await asked.provider(operation="data_source", type="fake_secret", provider="testing/fake")
    assert text(found).splitlines() == ["found", "untrusted_found:", "testing/fake 2.0.0 (installed)"]
    (bucket,) = types.structured_content["untrusted_found"]
    assert (bucket["type"], bucket["kinds"]) == ("fake_bucket", ["resource", "data_source"])
    assert none.structured_content["untrusted_found"] == []
    assert text(none).splitlines()[0] == "nothing found"
    assert text(versions).splitlines()[-2:] == ["2.0.0 (installed, here)", "1.0.0 (installed, here)"]
    schema = described.structured_content["untrusted_schema"]
    assert schema["groups"] == {"bucket": 2, "network": 1, "secret": 2, "subnet": 1}
    assert schema["resources"] == ["fake_bucket", "fake_network", "fake_secret", "fake_subnet"]
    assert schema["data_sources"] == ["fake_bucket", "fake_secret"]
    told = "credentials key region token zone endpoints.baskets endpoints.buckets"
    assert " ".join(schema["attributes"]) == told
    assert "4 resource types and 2 data sources" in described.structured_content["notes"]
    assert next(iter(data.structured_content["untrusted_schema"]["attributes"])) == "name"


@pytest.mark.requirement("5.4.project")
async def test_the_version_of_the_named_project_or_else_of_the_default_one_is_told() -> None:
    question = {"operation": "resource", "type": "fake_bucket"}
    async with asking(make_services()) as asked:
        await asked.intent(**{**BUCKET, "provider_version": "1.0.0"})
        default = await asked.provider(**question)
        named = await asked.provider(**question, version="2.0.0")
        other = await asked.provider(**question, project="nowhere")
        versions = await asked.provider(operation="versions", provider="testing/fake", project="default")
    assert default.structured_content["providers"][0]["version"] == "1.0.0"
    assert named.structured_content["providers"][0]["version"] == "2.0.0"
    assert other.structured_content["error"]["field"] == "project"
    assert text(versions).splitlines()[-1] == "1.0.0 (installed, used, here)"


@pytest.mark.requirement("5.4.examples")
async def test_the_smallest_example_is_a_config_and_its_text() -> None:
    async with asking(make_services()) as asked:
        shown = await asked.provider(operation="examples", type="fake_bucket")
    (example,) = shown.structured_content["untrusted_examples"]
    assert example == {
        "name": "smallest",
        "source": "schema",
        "config": {"name": "example"},
        "hcl": 'resource "fake_bucket" "example" {\n  name = "example"\n}',
    }
    assert '  config: {"name": "example"}' in text(shown).splitlines()


@pytest.mark.requirement("5.4.unknown")
@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        ({"operation": "resource", "type": "fake_bukket"}, "not_found", "type"),
        ({"operation": "data_source", "type": "fake_bukket"}, "not_found", "type"),
        ({"operation": "examples", "type": "fake_bukket"}, "not_found", "type"),
        ({"operation": "resource", "type": "google_dns"}, "not_found", "type"),
        ({"operation": "resource", "type": "Fake!", "provider": "testing/fake"}, "invalid_input", "type"),
        ({"operation": "resource", "type": "fake_bucket", "version": "x"}, "invalid_input", "version"),
        ({"operation": "resource", "type": "fake_bucket", "version": "2.0.1"}, "not_found", "version"),
        ({"operation": "versions", "provider": "testing"}, "invalid_input", "provider"),
        ({"operation": "versions", "provider": "testing/fakes"}, "not_found", "provider"),
        ({"operation": "describe", "provider": "testing/none"}, "not_found", "provider"),
        ({"operation": "resource", "type": "fake_bucket", "page": 0}, "invalid_input", "page"),
        ({"operation": "search", "provider": "x"}, "invalid_input", "provider"),
        ({"operation": "search", "type": "x"}, "invalid_input", "type"),
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


@pytest.mark.requirement("5.4.unknown")
async def test_a_filter_that_nothing_holds_is_answered_with_the_nearest_names() -> None:
    async with asking(make_services()) as asked:
        shown = await asked.provider(operation="resource", type="fake_bucket", filter="nmae")
        empty = await asked.provider(operation="describe", provider="testing/fake", filter="zzz")
    assert "no name holds 'nmae'; the nearest: name" in shown.structured_content["notes"]
    assert empty.structured_content["notes"][0] == (
        "0 resource types and 0 data sources that hold 'zzz' in their name or group"
    )


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


@pytest.mark.requirement("5.4.unknown")
@pytest.mark.parametrize(
    "question", [{"operation": "resource", "type": "fake_bucket"}, {"operation": "search", "query": "bucket"}]
)
async def test_a_page_after_the_last_is_refused_with_the_last(question: dict[str, str]) -> None:
    async with asking(make_services()) as asked:
        shown = await asked.provider(**question, page=3)
    error = shown.structured_content["error"]
    assert (error["field"], error["message"]) == ("page", "there is no page 3: the last one is 1")
    assert "nothing found" not in text(shown)
