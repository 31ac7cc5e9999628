"""The `ProviderRegistry` port: the fake and the client over HTTP answer the same questions alike."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import pytest

from engine.adapters.registry.client import RegistryClient
from engine.core.addrs import DEFAULT_REGISTRY, ProviderAddress, ProviderPin, Version
from engine.core.errors import NotFound, RegistryFailed
from engine.ports.registry import (
    Documentation,
    DocumentedType,
    Finding,
    OfferedVersion,
    PageKind,
    ProviderRegistry,
)
from engine.testing.registries import FakeRegistry
from engine.testing.registry_standin import Fault, RegistryStandIn, Trouble
from tests.contract.asking import downloads

NULL: Final = ProviderAddress.parse("hashicorp/null")
ABSENT: Final = ProviderAddress.parse("hashicorp/absent")
ELSEWHERE: Final = ProviderAddress.parse("registry.example.org/hashicorp/null")
V1, V2, RC = (Version.parse(text) for text in ("1.0.0", "2.1.2", "3.0.0-rc1"))
TYPES: Final = (
    DocumentedType(
        kind=PageKind.DATA_SOURCE, name="null_data_source", document="data_source", description="Relays."
    ),
    DocumentedType(
        kind=PageKind.RESOURCE,
        name="null_resource",
        document="resource",
        subcategory="Nothing",
        description="Does nothing.",
    ),
)
PAGE: Final = "# null_resource\n\nDoes nothing.\n"
FINDINGS: Final = (
    Finding(address=NULL, version=V2, title="null", description="Null provider", popularity=42),
    Finding(
        address=NULL,
        kind=PageKind.RESOURCE,
        name="null_resource",
        version=V2,
        title="null_resource",
        description="Does nothing.",
    ),
)

pytestmark = pytest.mark.anyio


@dataclass
class Bench:
    """A registry with two versions and a candidate of one provider, and how to make it unreachable."""

    registry: ProviderRegistry
    fake: FakeRegistry | None = None
    stand_in: RegistryStandIn | None = None

    def break_off(self) -> None:
        """Let nothing be answered any more."""
        if self.fake is not None:
            self.fake.reachable = False
        if self.stand_in is not None:
            self.stand_in.make(Trouble(Fault.UNAVAILABLE))


@pytest.fixture(params=["fake", "http"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """Return a registry of each kind."""
    if request.param == "fake":
        yield _fake()
        return
    with RegistryStandIn() as stand_in:
        _fill(stand_in)
        client = RegistryClient(downloads(stand_in.url), stand_in.url, {DEFAULT_REGISTRY: stand_in.url})
        yield Bench(client, stand_in=stand_in)


@pytest.mark.requirement("5.1.registry")
async def test_versions_come_newest_first_with_their_platforms(bench: Bench) -> None:
    both = ("darwin_arm64", "linux_amd64")
    assert list(await bench.registry.versions(NULL)) == [
        OfferedVersion(version=RC, platforms=("linux_amd64",), protocols=("5.0",)),
        OfferedVersion(version=V2, platforms=both, protocols=("5.0",)),
        OfferedVersion(version=V1, platforms=("linux_amd64",), protocols=("5.0",)),
    ]


@pytest.mark.requirement("5.1.registry")
async def test_documentation_lists_what_has_a_page_by_kind_and_name(bench: Bench) -> None:
    named = await bench.registry.documentation(NULL, V2)
    assert named == Documentation(address=NULL, version=V2, types=TYPES)


@pytest.mark.requirement("5.1.registry")
async def test_the_newest_release_is_documented_where_no_version_is_named(bench: Bench) -> None:
    assert (await bench.registry.documentation(NULL, None)).version == V2


@pytest.mark.requirement("5.1.registry")
async def test_a_page_is_the_authors_words(bench: Bench) -> None:
    assert await bench.registry.page(NULL, V2, TYPES[1]) == PAGE


@pytest.mark.requirement("5.1.registry")
async def test_a_search_finds_providers_and_types_in_the_registrys_order(bench: Bench) -> None:
    assert tuple(await bench.registry.search("null")) == FINDINGS
    assert list(await bench.registry.search("nothing-holds-this")) == []


@pytest.mark.requirement("5.1.registry")
async def test_what_is_not_there_is_told_apart_from_what_cannot_be_asked(bench: Bench) -> None:
    registry = bench.registry
    gone = TYPES[0].model_copy(update={"name": "null_gone", "document": "gone"})
    for missing, field in (
        (registry.versions(ABSENT), "provider"),
        (registry.documentation(ABSENT, None), "provider"),
        (registry.documentation(NULL, Version.parse("9.9.9")), "version"),
        (registry.page(NULL, V2, gone), "type"),
    ):
        with pytest.raises(NotFound) as refused:
            await missing
        assert (refused.value.field, bool(refused.value.hint)) == (field, True)


@pytest.mark.requirement("5.1.registry")
async def test_no_documentation_is_taken_for_that_of_another_registry(bench: Bench) -> None:
    for missing in (
        bench.registry.documentation(ELSEWHERE, V2),
        bench.registry.page(ELSEWHERE, V2, TYPES[1]),
    ):
        with pytest.raises(NotFound) as refused:
            await missing
        assert refused.value.hint


@pytest.mark.requirement("5.1.registry")
async def test_a_registry_that_does_not_answer_fails_every_question(bench: Bench) -> None:
    bench.break_off()
    registry = bench.registry
    for question in (
        registry.search("null"),
        registry.versions(NULL),
        registry.documentation(NULL, None),
        registry.documentation(NULL, V2),
        registry.page(NULL, V2, TYPES[1]),
    ):
        with pytest.raises(RegistryFailed, match=r"^the registry"):
            await question


def _fake() -> Bench:
    fake = FakeRegistry()
    fake.findings = [*FINDINGS]
    both = ("darwin_arm64", "linux_amd64")
    fake.offered = {
        NULL: [
            OfferedVersion(version=version, platforms=both if version == V2 else both[1:], protocols=("5.0",))
            for version in (RC, V2, V1)
        ]
    }
    fake.documented = {
        NULL: [Documentation(address=NULL, version=RC), Documentation(address=NULL, version=V2, types=TYPES)]
    }
    fake.pages = {"null_resource": PAGE}
    return Bench(fake, fake=fake)


def _fill(stand_in: RegistryStandIn) -> None:
    for version in (V1, V2, RC):
        stand_in.add_provider(ProviderPin(address=NULL, version=version), "linux_amd64")
    stand_in.add_provider(ProviderPin(address=NULL, version=V2), "darwin_arm64")
    root = "/registry/docs/providers/hashicorp/null"
    stand_in.add_document(
        f"{root}/index.json", b'{"versions": [{"id": "v3.0.0-rc1"}, {"id": "v2.1.2"}, {"id": "odd"}]}'
    )
    stand_in.add_document(
        f"{root}/v2.1.2/index.json",
        b"""{"id": "v2.1.2", "docs": {
            "resources": [{"name": "resource", "title": "null_resource", "subcategory": "Nothing",
                           "description": "Does nothing."}, {"title": "has no name"}, 42],
            "datasources": [{"name": "data_source", "title": "", "subcategory": null,
                             "description": "Relays."}],
            "functions": null, "guides": [{"name": "guide"}]}, "license": []}""",
    )
    stand_in.add_document(f"{root}/v2.1.2/resources/resource.md", PAGE.encode())
    stand_in.entities = [
        {
            "type": "provider",
            "addr": "hashicorp/null",
            "version": "v2.1.2",
            "title": "null",
            "description": "Null provider",
            "popularity": 42,
            "link_variables": {"namespace": "hashicorp", "name": "null", "version": "v2.1.2"},
        },
        {
            "type": "provider/resource",
            "addr": "hashicorp/null",
            "version": "v2.1.2",
            "title": "null_resource",
            "description": "Does nothing.",
            "popularity": 0,
            "link_variables": {"namespace": "hashicorp", "name": "null", "id": "resource"},
        },
        {
            "type": "provider/function",
            "addr": "hashicorp/null",
            "version": "v2.1.2",
            "title": "null function",
            "description": "",
            "popularity": 0,
            "link_variables": {"id": "function"},
        },
        {"type": "module", "addr": "a/null/b", "title": "", "description": "", "popularity": 0},
    ]
