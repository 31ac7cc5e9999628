"""A project's locks of providers: the first use, and what holds afterwards."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from typing import cast

import anyio
import pytest

from engine.core.addrs import ProviderPin
from engine.core.errors import Conflict, IntegrityFailed
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.ports.mirror import ProviderPackage
from engine.ports.schemas import ProviderIndex, SchemaCatalog
from engine.service.export import ExportFormat, export
from engine.service.projects.update import update_project
from engine.service.read import read
from engine.testing.schemas import FAKE_PIN
from tests.service.lock_stage import (
    CHANGED,
    DENIED,
    OLD_PIN,
    ask,
    audited_locks,
    keep,
    locked,
    move,
    project_of,
    refused,
)
from tests.service.world import ADA, ADAS, BUCKET, World, outcome

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("5.2.lock_first")
async def test_the_first_use_locks_the_version_and_its_package_and_says_so_in_the_audit(world: World) -> None:
    await world.create()
    await world.create("more", {"name": "more"})
    assert (await project_of(world)).provider_locks == {"testing/fake": locked(world, FAKE_PIN)}
    assert await audited_locks(world) == [(ADAS.key, "", "2.0.0")]


@pytest.mark.requirement("5.2.lock_first")
async def test_an_import_locks_as_a_create_does_at_the_version_that_it_names(world: World) -> None:
    world.engine.cloud.objects["fake_bucket", "logs"] = {"id": "logs", "name": "logs"}
    done = await world.import_("logs", provider_version="1.0.0")
    assert done.state is OperationState.FINISHED
    assert (await project_of(world)).provider_locks == {"testing/fake": locked(world, OLD_PIN)}


@pytest.mark.requirement("5.2.lock_first")
async def test_what_only_looks_locks_nothing(world: World) -> None:
    world.engine.cloud.objects["fake_bucket", "logs"] = {"id": "logs", "name": "logs"}
    rehearsed = await world.create("other", {"name": "other"}, dry_run=True)
    states = ((await ask(world)).state, rehearsed.state)
    assert states == (OperationState.FINISHED, OperationState.FINISHED)
    assert (await project_of(world)).provider_locks == {}


@pytest.mark.requirement("5.2.lock_first")
async def test_settings_are_checked_against_the_version_that_the_project_uses_and_lock_nothing(
    world: World,
) -> None:
    asked: list[ProviderPin] = []
    real = world.services.schemas.index

    async def note(pin: ProviderPin) -> ProviderIndex:
        asked.append(pin)
        return await real(pin)

    world.services.schemas.index = note  # type: ignore[method-assign]  # hears which version is asked
    await update_project(world.services, ADA, "demo", provider_settings={"testing/fake": {"region": "a"}})
    assert ((await project_of(world)).provider_locks, asked) == ({}, [FAKE_PIN])
    await keep(world, locked(world, OLD_PIN))
    await update_project(world.services, ADA, "demo", provider_settings={"testing/fake": {"region": "b"}})
    assert asked == [FAKE_PIN, OLD_PIN]


@pytest.mark.requirement("5.2.lock_first")
async def test_what_cannot_be_done_locks_nothing(world: World) -> None:
    assert outcome(await world.create(config={"nme": "logs"}))[0] == OperationState.FAILED.value
    assert (await project_of(world)).provider_locks == {}


@pytest.mark.requirement("5.2.lock_first")
async def test_two_creates_at_once_lock_once_and_the_second_takes_what_the_first_locked(
    world: World,
) -> None:
    ended: dict[str, Operation] = {}

    async def make(name: str) -> None:
        ended[name] = await world.create(name, {"name": name})

    async with anyio.create_task_group() as group:
        group.start_soon(make, "a")
        group.start_soon(make, "b")
    assert {each.state for each in ended.values()} == {OperationState.FINISHED}
    assert len(await audited_locks(world)) == 1


@pytest.mark.requirement("5.2.lock_first")
async def test_two_creates_at_once_with_two_versions_end_with_one(world: World) -> None:
    ended: dict[str, Operation] = {}

    async def make(name: str, version: str) -> None:
        ended[name] = await world.create(name, {"name": name}, provider_version=version)

    async with anyio.create_task_group() as group:
        group.start_soon(make, "a", "1.0.0")
        group.start_soon(make, "b", "2.0.0")
    states = sorted(each.state.value for each in ended.values())
    assert states == [OperationState.FAILED.value, OperationState.FINISHED.value]
    assert len(await audited_locks(world)) == 1
    lock = (await project_of(world)).provider_locks["testing/fake"]
    assert [r.provider_version for r in [await world.resource("a"), await world.resource("b")] if r] == [
        lock.version
    ]


@pytest.mark.requirement("5.2.lock_holds")
async def test_another_version_is_refused_with_the_command_that_moves_the_project(world: World) -> None:
    await world.create(provider_version="1.0.0")
    other = await world.create("more", {"name": "more"}, provider_version="2.0.0")
    assert outcome(other) == DENIED
    assert refused(other).endswith("`intent provider lock demo testing/fake --version 2.0.0`")
    same = await world.create("more", {"name": "more"})
    assert (same.state, same.provider_version) == (OperationState.FINISHED, "1.0.0")
    asked = await read(
        world.services,
        ADAS,
        "demo",
        provider="testing/fake",
        data_source_type="fake_bucket",
        config={"name": "logs"},
        provider_version="2.0.0",
    )
    assert outcome(await world.run(asked)) == DENIED


@pytest.mark.requirement("5.security.46", "5.2.lock_holds")
async def test_a_package_that_was_exchanged_with_its_record_is_refused_at_every_run(world: World) -> None:
    await world.create()
    world.engine.mirror.exchange(FAKE_PIN)
    assert outcome(await world.create("more", {"name": "more"})) == CHANGED
    assert outcome(await world.update({"size": 2})) == CHANGED
    assert outcome(await world.refresh()) == CHANGED
    assert outcome(await world.delete()) == CHANGED
    assert outcome(await world.create("dry", {"name": "dry"}, dry_run=True)) == CHANGED
    assert outcome(await ask(world)) == CHANGED
    with pytest.raises(IntegrityFailed):
        await export(world.services, ADA, "demo", None, ExportFormat.HCL)
    with pytest.raises(IntegrityFailed):
        await move(world, "2.0.0")


@pytest.mark.requirement("5.security.46", "5.2.lock_holds")
async def test_whatever_is_started_in_a_project_is_compared_with_its_lock(world: World) -> None:
    await world.create()
    lock = (await project_of(world)).provider_locks["testing/fake"]
    compared: list[Collection[str] | None] = []

    async def note(package: ProviderPackage, accepted: Collection[str] | None = None) -> None:
        del package
        compared.append(accepted)

    world.engine.mirror.verify = note  # type: ignore[method-assign]  # what is compared is all that is asked
    steps: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: world.create("more", {"name": "more"}),
        lambda: world.update({"size": 1}),
        world.refresh,
        lambda: world.create("dry", {"name": "dry"}, dry_run=True),
        lambda: ask(world),
        lambda: export(world.services, ADA, "demo", None, ExportFormat.HCL),
        world.delete,
    )
    for step in steps:
        await step()
        # Once before the provider is asked for its schema, and once where it is started.
        assert compared == [lock.hashes] * 2
        compared.clear()


class Silent:
    """A catalogue that nobody may ask."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"a provider was asked for its {name}")


@pytest.mark.requirement("5.security.46", "5.2.lock_holds")
async def test_a_package_that_was_exchanged_is_not_even_asked_for_its_schema(world: World) -> None:
    await world.create()
    world.engine.mirror.exchange(FAKE_PIN)
    silent = replace(world.services, schemas=cast("SchemaCatalog", Silent()))
    world.engine = replace(world.engine, services=silent)
    assert outcome(await world.create("more", {"name": "more"})) == CHANGED
    assert outcome(await world.update({"size": 2})) == CHANGED
    assert outcome(await ask(world)) == CHANGED
    with pytest.raises(IntegrityFailed):
        await export(world.services, ADA, "demo", None, ExportFormat.JSON)
    with pytest.raises(IntegrityFailed):
        await update_project(
            world.services, ADA, "demo", provider_settings={"testing/fake": {"region": "eu"}}
        )


@pytest.mark.requirement("5.2.lock_holds")
async def test_a_project_of_an_older_engine_is_locked_at_its_next_use(world: World) -> None:
    await world.create(provider_version="1.0.0")
    await keep(world, None)
    done = await world.create("more", {"name": "more"})
    assert done.provider_version == "1.0.0"
    assert (await project_of(world)).provider_locks == {"testing/fake": locked(world, OLD_PIN)}


@pytest.mark.requirement("5.2.lock_holds")
async def test_an_older_project_with_two_versions_goes_on_with_the_newer(world: World) -> None:
    await world.create(provider_version="1.0.0")
    await keep(world, None)
    await move(world, "2.0.0")
    await world.create("more", {"name": "more"})
    await keep(world, None)
    assert outcome(await world.create("old", {"name": "old"}, provider_version="1.0.0")) == DENIED
    changed = await world.update({"size": 3})
    assert (changed.state, changed.provider_version) == (OperationState.FINISHED, "2.0.0")
    assert (await project_of(world)).provider_locks == {"testing/fake": locked(world, FAKE_PIN)}


@pytest.mark.requirement("5.2.lock_first")
async def test_a_lock_that_was_moved_while_a_request_was_prepared_is_not_overwritten(world: World) -> None:
    real = world.engine.mirror.verify

    async def meanwhile(package: ProviderPackage, accepted: Collection[str] | None = None) -> None:
        await keep(world, locked(world, OLD_PIN))
        await real(package, accepted)

    world.engine.mirror.verify = meanwhile  # type: ignore[method-assign]  # another step between two of ours
    late = await world.create(config=BUCKET)
    assert outcome(late) == DENIED
    assert refused(late) == "make the request again"
    await keep(world, None)
    with pytest.raises(Conflict, match="moved meanwhile"):
        await move(world, "2.0.0")
