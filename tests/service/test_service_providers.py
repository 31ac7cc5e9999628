"""Searches and versions: what is at hand and what the registry knows, brought together."""

import anyio
import pytest

from engine.core.addrs import ProviderPin
from engine.core.errors import Forbidden, InvalidInput, NotFound, RegistryFailed, RunnerFailed
from engine.core.providers.ranking import Found
from engine.ports.registry import Finding, PageKind
from engine.ports.schemas import ProviderIndex
from engine.service.providers.asking import in_time
from engine.service.providers.describe import describe_provider
from engine.service.providers.describe_type import describe_type
from engine.service.providers.examples import type_examples
from engine.service.providers.search import search_providers
from engine.service.providers.versions import KnownVersion, provider_versions
from engine.testing.engines import FakeEngine, make_services
from engine.testing.schemas import FAKE, FakeSchemas
from tests.service.provider_stage import CLOUD, V1, V2, V3, engine_with_registry
from tests.service.world import ADA

pytestmark = pytest.mark.anyio


@pytest.fixture
def engine() -> FakeEngine:
    """Return an engine of fakes whose registry knows two providers."""
    return engine_with_registry()


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
    assert found.notes == ("found in what is at hand alone: the registry is not reachable",)
    within = await search_providers(engine.services, ADA, "bucket", "testing/fake")
    assert within.notes == found.notes
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


@pytest.mark.requirement("5.4.search")
async def test_a_phrase_finds_what_meets_the_most_of_it_and_never_what_meets_nothing(
    engine: FakeEngine,
) -> None:
    found = await search_providers(engine.services, ADA, "a bucket for bananas")
    assert [one.name for one in found.found] == ["fake_bucket"]
    assert found.notes == ("nothing meets every word; these meet the most of them",)
    # The registry relates it by a title that we do not show.
    engine.registry.findings.append(
        Finding(address=CLOUD, kind=PageKind.RESOURCE, name="cloud_odd", title="bananas")
    )
    none = await search_providers(engine.services, ADA, "bananas")
    assert none.found == ()
    related = await search_providers(engine.services, ADA, "cloud")
    assert [one.name for one in related.found] == ["", "cloud_box", "cloud_odd"]


@pytest.mark.requirement("5.4.search")
async def test_what_the_allow_list_refuses_is_left_out_with_one_note(engine: FakeEngine) -> None:
    engine.mirror.refused = {FAKE, CLOUD}
    installed = "installed but refused by the allow-list, and left out: testing/fake (by !*/*)"
    for query in ("", "bucket"):
        found = await search_providers(engine.services, ADA, query)
        assert found.found == ()
        assert found.notes[0] == installed
    cloud = await search_providers(engine.services, ADA, "cloud box")
    assert cloud.found == ()
    engine.registry.findings += [
        Finding(address=CLOUD.model_copy(update={"namespace": f"n{number}"}), title="box")
        for number in range(4)
    ]
    engine.mirror.refused |= {finding.address for finding in engine.registry.findings}
    many = await search_providers(engine.services, ADA, "box")
    assert many.notes[:2] == (
        installed,
        "refused by the allow-list, and left out: hashicorp/cloud, n0/cloud, n1/cloud and 2 more",
    )
    with pytest.raises(Forbidden):
        await search_providers(engine.services, ADA, "bucket", "testing/fake")


@pytest.mark.requirement("5.4.versions")
async def test_versions_are_listed_newest_first_and_marked(engine: FakeEngine) -> None:
    found = await provider_versions(engine.services, ADA, "testing/fake")
    assert found.versions == (
        KnownVersion(version=V3, installed=False, offered=True, used=False, here=True),
        KnownVersion(version=V2, installed=True, offered=True, used=False, here=True),
        KnownVersion(version=V1, installed=True, offered=False, used=False, here=True),
    )
    other = await provider_versions(engine.services, ADA, "hashicorp/cloud")
    assert [(str(each.version), each.here) for each in other.versions] == [("2.0.0", True), ("1.0.0", False)]
    with pytest.raises(NotFound) as refused:
        await provider_versions(engine.services, ADA, "testing/fakes")
    assert refused.value.hint == "did you mean testing/fake?"
    with pytest.raises(NotFound) as refused:
        await provider_versions(engine.services, ADA, "zzz/zzz")
    assert refused.value.hint == "`intent provider search` finds providers"


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
