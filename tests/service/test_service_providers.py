"""Questions about providers: what is at hand answers exactly, the registry for the rest, and says so."""

from pathlib import Path

import anyio
import pytest

from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import Forbidden, InvalidInput, NotFound, NotSetUp, RegistryFailed, RunnerFailed
from engine.core.hcl.example import example_block
from engine.core.providers.hints import ImportWords, RuleKind
from engine.core.providers.ranking import Found
from engine.core.providers.schema import Block
from engine.ports.registry import Documentation, DocumentedType, Finding, OfferedVersion, PageKind
from engine.ports.schemas import ProviderIndex
from engine.service.providers.asking import in_time
from engine.service.providers.describe import describe_provider
from engine.service.providers.describe_type import describe_type
from engine.service.providers.examples import type_examples
from engine.service.providers.search import search_providers
from engine.service.providers.subject import Origin
from engine.service.providers.versions import KnownVersion, provider_versions
from engine.testing.engines import FakeEngine, make_services
from engine.testing.mirrors import FakeMirror
from engine.testing.schemas import FAKE, FakeSchemas
from tests.service.world import ADA

pytestmark = pytest.mark.anyio

PAGES = Path(__file__).parents[1] / "golden" / "pages"
CLOUD = ProviderAddress.parse("hashicorp/cloud")
V1, V2, V3 = (Version.parse(f"{number}.0.0") for number in (1, 2, 3))


def documented(name: str, kind: PageKind = PageKind.RESOURCE, subcategory: str = "") -> DocumentedType:
    return DocumentedType(kind=kind, name=name, document=name.partition("_")[2], subcategory=subcategory)


@pytest.fixture
def engine() -> FakeEngine:
    """Return an engine whose registry knows testing/fake, and hashicorp/cloud, which is not installed."""
    engine = make_services()
    registry = engine.registry
    registry.offered = {
        FAKE: [OfferedVersion(version=V3, platforms=("any_any",)), OfferedVersion(version=V2)],
        CLOUD: [OfferedVersion(version=V2, platforms=("any_any", "other_any")), OfferedVersion(version=V1)],
    }
    registry.documented = {
        FAKE: [
            Documentation(address=FAKE, version=V2, types=(documented("fake_bucket", subcategory="Storage"),))
        ],
        CLOUD: [
            Documentation(
                address=CLOUD,
                version=V2,
                types=(
                    documented("cloud_box", subcategory="Boxes"),
                    documented("cloud_box", PageKind.DATA_SOURCE, "Boxes"),
                    documented("cloud_storage_bucket", subcategory="Storage"),
                    documented("cloud_shelf", PageKind.DATA_SOURCE),
                    documented("Not A Type"),
                ),
            )
        ],
    }
    registry.findings = [
        Finding(address=CLOUD, version=V2, popularity=5, description="A cloud."),
        Finding(address=CLOUD, kind=PageKind.RESOURCE, name="cloud_box", version=V2, title="cloud_box"),
        Finding(address=FAKE, kind=PageKind.RESOURCE, name="fake_bucket", popularity=3, description="Holds."),
    ]
    registry.pages = {
        "cloud_box": (PAGES / "sections.md").read_text(),
        "cloud_shelf": "# cloud_shelf\n\nFinds one.\n",
        "fake_bucket": (PAGES / "old.md").read_text(),
    }
    return engine


@pytest.mark.requirement("5.4.search")
async def test_a_search_brings_together_what_is_at_hand_and_what_the_registry_finds(
    engine: FakeEngine,
) -> None:
    found = await search_providers(engine.services, ADA, "bucket")
    assert found.found == (
        Found(
            address=FAKE,
            name="fake_bucket",
            kinds=("resource", "data_source"),
            version=V2,
            installed=True,
            popularity=3,
            description="Holds.",
        ),
    )
    assert found.notes == ()
    none = await search_providers(engine.services, ADA, "zebra stripes")
    assert none.found == ()
    assert none.notes == ("nothing is called that; say it in other words, or search for the provider's name",)


@pytest.mark.requirement("5.4.search")
async def test_a_provider_that_is_named_is_searched_though_it_is_not_installed(engine: FakeEngine) -> None:
    by_option = await search_providers(engine.services, ADA, "buckets", "hashicorp/cloud")
    assert [(one.name, one.installed, one.subcategory) for one in by_option.found] == [
        ("cloud_storage_bucket", False, "Storage")
    ]
    engine.registry.findings.append(Finding(address=CLOUD, title="cloud buckets", version=V2))
    by_word = await search_providers(engine.services, ADA, "cloud buckets")
    assert [one.name for one in by_word.found] == ["cloud_storage_bucket", ""]
    every = await search_providers(engine.services, ADA, "", "hashicorp/cloud")
    assert [(one.name, one.kinds) for one in every.found] == [
        ("cloud_box", ("resource", "data_source")),
        ("cloud_shelf", ("data_source",)),
        ("cloud_storage_bucket", ("resource",)),
    ]
    itself = await search_providers(engine.services, ADA, "cloud")
    assert (itself.found[0].address, itself.found[0].description) == (CLOUD, "A cloud.")


@pytest.mark.requirement("5.4.offline")
async def test_a_registry_that_cannot_be_reached_is_said_once_and_what_is_at_hand_answers(
    engine: FakeEngine,
) -> None:
    engine.registry.reachable = False
    found = await search_providers(engine.services, ADA, "bucket")
    assert [one.name for one in found.found] == ["fake_bucket"]
    assert found.notes == ("from what is at hand, without the registry: the registry is not reachable",)
    versions = await provider_versions(engine.services, ADA, "testing/fake")
    assert [each.installed for each in versions.versions] == [True, True]
    assert versions.notes == ("only what is installed: the registry is not reachable",)
    described = await describe_provider(engine.services, ADA, "testing/fake")
    assert described.notes == (
        "grouped by name, without the registry's groups: the registry is not reachable",
    )
    told = await describe_type(engine.services, ADA, "", PageKind.RESOURCE, "fake_bucket")
    assert told.notes == ("without the registry's words and examples: the registry is not reachable",)
    shown = await type_examples(engine.services, ADA, "", "fake_bucket")
    assert [example.name for example in shown.examples] == ["smallest"]
    assert await search_providers(engine.services, ADA, "") == await search_providers(
        make_services().services, ADA, ""
    )


async def test_a_schema_that_cannot_be_read_is_said_and_the_rest_answers(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def index(_self: FakeSchemas, _pin: ProviderPin) -> ProviderIndex:
        raise RunnerFailed("OpenTofu does not start")

    monkeypatch.setattr(FakeSchemas, "index", index)
    found = await search_providers(engine.services, ADA, "fake")
    assert found.found[0].address == FAKE
    assert found.notes == ("without the types of testing/fake 2.0.0: OpenTofu does not start",)


@pytest.mark.requirement("5.4.unknown")
async def test_where_nothing_is_called_so_the_nearest_names_are_shown(engine: FakeEngine) -> None:
    found = await search_providers(engine.services, ADA, "fake_bukcet")
    assert [one.name for one in found.found][:1] == ["fake_bucket"]
    assert found.notes == ("nothing is called that; these are the nearest names",)
    none = await search_providers(engine.services, ADA, "zzz", "testing/fake")
    assert none.notes == (
        "nothing of testing/fake is called that; say it in other words, or search for the provider's name",
    )


@pytest.mark.requirement("5.4.versions")
async def test_versions_are_listed_newest_first_and_marked(engine: FakeEngine) -> None:
    found = await provider_versions(engine.services, ADA, "testing/fake")
    assert found.versions == (
        KnownVersion(version=V3, installed=False, offered=True, here=True),
        KnownVersion(version=V2, installed=True, offered=True, here=True),
        KnownVersion(version=V1, installed=True, offered=False, here=True),
    )
    other = await provider_versions(engine.services, ADA, "hashicorp/cloud")
    assert [(str(each.version), each.here) for each in other.versions] == [("2.0.0", True), ("1.0.0", False)]
    with pytest.raises(NotFound) as refused:
        await provider_versions(engine.services, ADA, "testing/fakes")
    assert refused.value.hint == "did you mean testing/fake?"
    with pytest.raises(NotFound) as refused:
        await provider_versions(engine.services, ADA, "zzz/zzz")
    assert refused.value.hint == "`intent provider search` finds providers"


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


async def test_malformed_names_are_refused_before_anybody_is_asked(engine: FakeEngine) -> None:
    engine.registry.reachable = False
    for refused in (
        describe_type(engine.services, ADA, "", PageKind.RESOURCE, "Not a type"),
        describe_provider(engine.services, ADA, "x"),
        search_providers(engine.services, ADA, "x", "y"),
        provider_versions(engine.services, ADA, "../.."),
    ):
        with pytest.raises(InvalidInput):
            await refused


async def test_a_registry_that_takes_too_long_counts_as_not_reached() -> None:
    with pytest.raises(RegistryFailed, match="did not answer within 0 seconds"):
        await in_time(anyio.sleep_forever, 0)


def test_an_example_is_one_block_whose_strings_are_literal() -> None:
    assert example_block("data", "fake_t", Block(), {"a": "${b}"}) == (
        'data "fake_t" "example" {\n  a = "$${b}"\n}'
    )
