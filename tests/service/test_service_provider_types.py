"""What a provider and its types are told to be: exactly where it is installed, else as documented."""

import pytest

from engine.core.addrs import ProviderAddress
from engine.core.errors import Forbidden, InvalidInput, NotFound, NotSetUp
from engine.core.hcl.example import example_block
from engine.core.providers.hints import ImportWords, RuleKind
from engine.core.providers.schema import Block
from engine.ports.registry import Finding, PageKind
from engine.service.providers.describe import describe_provider
from engine.service.providers.describe_type import describe_type
from engine.service.providers.examples import type_examples
from engine.service.providers.owner import find_owner
from engine.service.providers.subject import Origin
from engine.testing.engines import FakeEngine
from engine.testing.mirrors import FakeMirror
from tests.service.provider_stage import CLOUD, engine_with_registry
from tests.service.world import ADA

pytestmark = pytest.mark.anyio


@pytest.fixture
def engine() -> FakeEngine:
    """Return an engine of fakes whose registry knows two providers."""
    return engine_with_registry()


@pytest.mark.requirement("5.4.describe")
async def test_types_are_grouped_as_the_documentation_groups_them(engine: FakeEngine) -> None:
    found = await describe_provider(engine.services, ADA, "testing/fake")
    assert found.groups() == {"Storage": 2, "network": 1, "secret": 2, "subnet": 1}
    assert found.of(PageKind.RESOURCE, "storage") == ["fake_bucket"]
    assert {"region", "endpoints", "endpoints.buckets"} <= {each.path for each in found.settings}


@pytest.mark.requirement("5.4.registry")
async def test_a_provider_that_is_not_installed_is_told_by_its_documentation_with_what_brings_it(
    engine: FakeEngine,
) -> None:
    provider = await describe_provider(engine.services, ADA, "hashicorp/cloud")
    assert (provider.subject.origin, provider.subject.install) == (
        Origin.REGISTRY,
        "intent provider install hashicorp/cloud@2.0.0",
    )
    assert provider.of(PageKind.RESOURCE) == ["cloud_box", "cloud_storage_bucket"]
    assert provider.groups() == {"Boxes": 2, "Storage": 1, "shelf": 1}
    told = await describe_type(engine.services, ADA, "", PageKind.RESOURCE, "cloud_box")
    assert told.subject.origin is Origin.REGISTRY
    assert [each.path for each in told.members][:4] == ["name", "colour", "cover", "height"]
    assert told.minimal is None
    assert told.page.imports == ImportWords(
        example="top/blue",
        words="Boxes can be taken in by an `import` block, with the `name` and the shelf separated by a "
        "slash (`/`).",
    )
    assert told.page.rules[0].kind is RuleKind.CONFLICTS
    required = await describe_type(
        engine.services, ADA, "hashicorp/cloud", PageKind.RESOURCE, "cloud_box", required_only=True
    )
    assert [each.path for each in required.members] == ["name"]
    shown = await type_examples(engine.services, ADA, "", "cloud_box", version="2.0.0")
    assert [(example.name, example.origin) for example in shown.examples] == [
        ("A box by name", "registry"),
        ("A box by name (2)", "registry"),
        ("Locked box", "registry"),
    ]


@pytest.mark.requirement("5.4.types")
async def test_an_installed_type_is_told_by_its_schema_with_the_words_of_its_page(engine: FakeEngine) -> None:
    told = await describe_type(engine.services, ADA, "", PageKind.RESOURCE, "fake_bucket")
    words = {each.path: each.description for each in told.members if each.description}
    assert words["name"] == "The name."
    assert words["rule.prefix"] == "What it is for."
    assert "rule.grace" not in words
    assert (told.subject.origin, told.subject.install, told.notes) == (Origin.SCHEMA, "", ())
    assert told.page.imports is not None
    assert told.page.imports.example == "blue box"
    assert told.minimal == {"name": "example"}


@pytest.mark.requirement("5.4.examples")
async def test_examples_begin_with_the_smallest_and_go_on_with_those_of_the_page(engine: FakeEngine) -> None:
    shown = await type_examples(engine.services, ADA, "", "fake_bucket")
    assert [(example.name, example.origin, example.config) for example in shown.examples] == [
        ("smallest", "schema", {"name": "example"}),
        ("basic", "registry", None),
    ]
    data = await type_examples(engine.services, ADA, "hashicorp/cloud", "cloud_shelf")
    assert (data.kind, data.examples) == (PageKind.DATA_SOURCE, ())
    with pytest.raises(NotFound) as refused:
        await type_examples(engine.services, ADA, "hashicorp/cloud", "cloud_boxx")
    assert (refused.value.field, refused.value.hint) == ("resource_type", "did you mean cloud_box?")


@pytest.mark.requirement("5.4.unknown")
async def test_what_nobody_knows_is_not_found_with_a_way_out(engine: FakeEngine) -> None:
    with pytest.raises(NotFound) as refused:
        await describe_provider(engine.services, ADA, "testing/fake", "2.0.1")
    assert refused.value.hint == "did you mean 2.0.0 or 3.0.0? the newest is 3.0.0"
    with pytest.raises(NotFound) as refused:
        await describe_type(engine.services, ADA, "hashicorp/cloud", PageKind.DATA_SOURCE, "cloud_zzzzzzz")
    assert refused.value.hint == "`intent provider describe hashicorp/cloud` lists them"
    engine.registry.offered = {}
    with pytest.raises(NotFound) as refused:
        await describe_provider(engine.services, ADA, "hashicorp/cloud", "9.0.0")
    assert refused.value.hint
    engine.registry.reachable = False
    for provider in ("hashicorp/cloud", ""):
        with pytest.raises(NotFound) as refused:
            await describe_type(engine.services, ADA, provider, PageKind.RESOURCE, "cloud_box")
        assert "the registry is not reachable" in (refused.value.hint or "")


@pytest.mark.requirement("5.4.registry")
async def test_a_type_that_the_registry_knows_by_its_page_s_name_alone_is_found(engine: FakeEngine) -> None:
    box = Finding(address=CLOUD, kind=PageKind.RESOURCE, name="cloud_box", title="box")
    engine.registry.findings = [
        Finding(address=CLOUD, kind=PageKind.RESOURCE, name="cloud_storage_bucket", title="storage bucket"),
        box.model_copy(update={"address": CLOUD.model_copy(update={"namespace": "acme"})}),
    ]

    async def search(query: str) -> list[Finding]:
        return [each for each in engine.registry.findings if query == each.title]

    engine.registry.search = search  # type: ignore[method-assign]  # as a registry that knows titles alone
    told = await find_owner(engine.services, ADA, "cloud_storage_bucket")
    assert told == "hashicorp/cloud"
    assert await find_owner(engine.services, ADA, "cloud_box") == "acme/cloud"
    engine.registry.findings.append(
        box.model_copy(update={"address": CLOUD.model_copy(update={"namespace": "zeta"})})
    )
    with pytest.raises(InvalidInput) as several:
        await find_owner(engine.services, ADA, "cloud_box")
    assert (several.value.message, several.value.hint) == (
        "cloud_box is a type of acme/cloud and zeta/cloud",
        "name the one you mean, such as acme/cloud",
    )
    engine.registry.findings.append(box)
    assert await find_owner(engine.services, ADA, "cloud_box") == "hashicorp/cloud"
    engine.mirror.refused = {CLOUD, ProviderAddress.parse("zeta/cloud")}
    assert await find_owner(engine.services, ADA, "cloud_box") == "acme/cloud"


@pytest.mark.requirement("5.4.unknown")
async def test_a_mistyped_provider_is_answered_with_the_nearest(engine: FakeEngine) -> None:
    engine.registry.findings = [Finding(address=CLOUD, title="clod")]
    with pytest.raises(NotFound) as refused:
        await describe_provider(engine.services, ADA, "hashicorp/clod")
    assert refused.value.hint == "did you mean hashicorp/cloud? `intent provider search clod` finds others"
    with pytest.raises(NotFound) as refused:
        await find_owner(engine.services, ADA, "zebra_stripe")
    assert (
        refused.value.message
        == "no provider at hand is named zebra, and the registry finds no type zebra_stripe"
    )
    engine.registry.reachable = False
    with pytest.raises(NotFound) as refused:
        await find_owner(engine.services, ADA, "zebra_stripe")
    assert refused.value.hint == (
        "the registry knows whose type it is, but the registry is not reachable; "
        "install the one that has zebra_stripe: intent provider install NAMESPACE/zebra"
    )


async def test_an_empty_mirror_is_answered_for_by_the_registry(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(_self: FakeMirror, _address: object, _version: object) -> None:
        raise NotSetUp("nothing is installed", hint="run `intent setup`")

    monkeypatch.setattr(FakeMirror, "resolve", resolve)
    found = await describe_provider(engine.services, ADA, "hashicorp/cloud")
    assert found.subject.origin is Origin.REGISTRY
    engine.registry.reachable = False
    with pytest.raises(NotSetUp) as refused:
        await describe_provider(engine.services, ADA, "hashicorp/cloud")
    assert refused.value.hint == "run `intent setup`; the registry is not reachable"


async def test_a_provider_that_the_allow_list_refuses_is_not_described_from_elsewhere(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(_self: FakeMirror, _address: object, _version: object) -> None:
        raise Forbidden("hashicorp/cloud is not allowed")

    monkeypatch.setattr(FakeMirror, "resolve", resolve)
    with pytest.raises(Forbidden):
        await describe_provider(engine.services, ADA, "hashicorp/cloud")


def test_an_example_is_one_block_whose_strings_are_literal() -> None:
    assert example_block("data", "fake_t", Block(), {"a": "${b}"}) == (
        'data "fake_t" "example" {\n  a = "$${b}"\n}'
    )
