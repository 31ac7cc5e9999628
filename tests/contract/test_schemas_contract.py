"""What every schema catalogue must do, held against the one in memory and the one that asks real OpenTofu."""

from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from engine.adapters.cache.machine import this_platform
from engine.adapters.cache.mirror import FilesystemMirror
from engine.adapters.tofu.binding import DevOverrides
from engine.adapters.tofu.schemas import TofuSchemas
from engine.adapters.tofu.slots import Slots
from engine.adapters.tofu.toolchain import Toolchain
from engine.core.addrs import ProviderAddress, ProviderPin, Version
from engine.core.errors import NotFound, NotSetUp
from engine.ports.schemas import SchemaCatalog
from engine.testing.integrations import FakeIntegrations
from engine.testing.mirrors import FakeMirror
from engine.testing.schemas import FAKE_PIN, FakeSchemas
from server.bootstrap import locate_tofu
from server.settings import Settings
from tests.contract.runner_benches import NULL_PIN

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Known:
    """A catalogue with a provider that it knows."""

    catalog: SchemaCatalog
    pin: ProviderPin
    resource: str
    data_source: str


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.integration)])
def known(request: pytest.FixtureRequest, tmp_path: Path) -> Known:
    """Return a catalogue of each kind."""
    if request.param == "fake":
        return Known(FakeSchemas(FakeMirror()), FAKE_PIN, "fake_bucket", "fake_secret")
    return Known(real_schemas(tmp_path), NULL_PIN, "null_resource", "null_data_source")


def real_schemas(cache: Path, *, with_tofu: bool = True) -> TofuSchemas:
    settings = Settings.load()
    mirror = FilesystemMirror(settings.providers_cache, this_platform())

    async def locate() -> Path:
        if not with_tofu:
            raise NotSetUp("OpenTofu is not installed")
        return await locate_tofu(settings)

    toolchain = Toolchain(
        locate, DevOverrides(mirror), {}, FakeIntegrations(), Slots(cache.parent / "slots", 1)
    )
    return TofuSchemas(toolchain, mirror, cache)


async def test_the_index_lists_every_type_in_order(known: Known) -> None:
    index = await known.catalog.index(known.pin)
    assert known.resource in index.resources
    assert known.data_source in index.data_sources
    assert list(index.resources) == sorted(index.resources)
    assert list(index.data_sources) == sorted(index.data_sources)


async def test_every_type_of_the_index_has_a_schema_with_an_id(known: Known) -> None:
    index = await known.catalog.index(known.pin)
    for name in index.resources:
        assert "id" in (await known.catalog.resource(known.pin, name)).block.attributes
    for name in index.data_sources:
        assert "id" in (await known.catalog.data_source(known.pin, name)).block.attributes


@pytest.mark.requirement("2.8.unknown")
async def test_a_type_that_the_provider_lacks_is_not_found_and_the_nearest_is_named(known: Known) -> None:
    with pytest.raises(NotFound) as refused:
        await known.catalog.resource(known.pin, f"{known.resource}s")
    assert refused.value.field == "resource_type"
    assert known.resource in str(refused.value.hint)
    with pytest.raises(NotFound) as refused:
        await known.catalog.data_source(known.pin, f"{known.data_source}s")
    assert refused.value.field == "data_source_type"
    assert known.data_source in str(refused.value.hint)


async def test_a_name_is_looked_up_and_never_a_path(known: Known) -> None:
    for name in ("../index", "", "a/b", "index"):
        with pytest.raises(NotFound):
            await known.catalog.resource(known.pin, name)


async def test_a_provider_or_a_version_that_is_not_there_is_not_found(known: Known) -> None:
    other = known.pin.model_copy(update={"address": ProviderAddress.parse("no/such")})
    newer = known.pin.model_copy(update={"version": Version.parse("99.0.0")})
    for pin in (other, newer):
        with pytest.raises(NotFound):
            await known.catalog.index(pin)
        with pytest.raises(NotFound):
            await known.catalog.resource(pin, known.resource)


@pytest.mark.integration
async def test_a_schema_is_asked_for_once_and_then_found_without_opentofu(tmp_path: Path) -> None:
    catalog = real_schemas(tmp_path)
    first = await catalog.resource(NULL_PIN, "null_resource")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(catalog.index, NULL_PIN)
        tasks.start_soon(catalog.index, NULL_PIN)
    assert await real_schemas(tmp_path, with_tofu=False).resource(NULL_PIN, "null_resource") == first
    assert len(list(tmp_path.rglob("*.schema"))) == 1


@pytest.mark.integration
@pytest.mark.requirement("2.8.no-tofu")
async def test_without_opentofu_a_schema_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp):
        await real_schemas(tmp_path, with_tofu=False).index(NULL_PIN)
    assert list(tmp_path.rglob("*.schema")) == []
