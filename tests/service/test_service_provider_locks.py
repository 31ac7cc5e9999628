"""A project's locks of providers: the first use, what holds afterwards, and how a lock is moved."""

from collections.abc import Collection

import anyio
import pytest

from engine.core.addrs import ProviderPin
from engine.core.auth.principals import Principal, Scope
from engine.core.errors import Conflict, Forbidden, IntegrityFailed, InvalidInput, NotFound
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.projects import Project, ProviderLock
from engine.core.providers.lock_file import write_locks
from engine.ports.mirror import ProviderPackage
from engine.service.export import ExportFormat, export
from engine.service.projects.lock import lock_project
from engine.service.providers.lock_export import export_locks
from engine.service.providers.lock_import import import_locks
from engine.service.providers.lock_move import move_lock
from engine.service.providers.locks import ReportedProviderLock, provider_locks
from engine.service.read import read
from engine.service.restore import restore
from engine.testing.schemas import FAKE, FAKE_PIN, FAKE_VERSIONS
from tests.service.world import ADA, ADAS, BOB, BUCKET, World, outcome

pytestmark = pytest.mark.anyio
OLD_PIN = ProviderPin(address=FAKE, version=FAKE_VERSIONS[1])
DENIED = (OperationState.FAILED.value, "conflict", "provider_version")
CHANGED = (OperationState.FAILED.value, "integrity_failed", None)


def locked(world: World, pin: ProviderPin, constraints: str = "") -> ProviderLock:
    """Return the lock at the package that is at hand."""
    package = world.engine.mirror.resolve(pin.address, pin.version)
    return ProviderLock(version=str(pin.version), constraints=constraints, hashes=package.hashes)


async def project_of(world: World) -> Project:
    """Return the project as it is stored."""
    async with world.services.store.transaction() as transaction:
        project = await transaction.projects.find("demo")
    assert project is not None
    return project


async def keep(world: World, lock: ProviderLock | None) -> None:
    """Give the project a lock, or take it away as with a project of an older engine."""
    project = await project_of(world)
    locks = {} if lock is None else {"testing/fake": lock}
    async with world.services.store.transaction() as transaction:
        await transaction.projects.save(project.model_copy(update={"provider_locks": locks}))


async def audited_locks(world: World) -> list[tuple[str, str, object]]:
    """Return who locked which version of what."""
    async with world.services.store.transaction() as transaction:
        entries = await transaction.audit.entries()
    return [
        (e.actor, str(e.facts["before"]), e.facts["version"]) for e in entries if e.event == "provider.locked"
    ]


async def move(world: World, version: str, by: Principal = ADA) -> ProviderLock:
    """Move the project's lock."""
    return await move_lock(world.services, by, "demo", "testing/fake", version=version)


def refused(operation: Operation) -> str:
    """Return the way out of a refusal."""
    assert operation.error is not None
    return operation.error.hint or ""


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
    asked = await read(
        world.services,
        ADAS,
        "demo",
        provider="testing/fake",
        data_source_type="fake_bucket",
        config={"name": "logs"},
    )
    assert ((await world.run(asked)).state, rehearsed.state) == (
        OperationState.FINISHED,
        OperationState.FINISHED,
    )
    assert (await project_of(world)).provider_locks == {}


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
    asked = await read(
        world.services,
        ADAS,
        "demo",
        provider="testing/fake",
        data_source_type="fake_bucket",
        config={"name": "logs"},
    )
    assert outcome(await world.run(asked)) == CHANGED
    with pytest.raises(IntegrityFailed):
        await export(world.services, ADA, "demo", None, ExportFormat.HCL)
    with pytest.raises(IntegrityFailed):
        await move(world, "2.0.0")


@pytest.mark.requirement("5.security.46")
async def test_the_runner_is_told_the_hashes_of_the_lock_and_compares_again(world: World) -> None:
    await world.create()
    lock = (await project_of(world)).provider_locks["testing/fake"]
    accepted = []

    async def note(job: object) -> None:
        accepted.append(getattr(job, "accepted", None))

    world.engine.runner.hooks["plan"] = note
    await world.update({"size": 1})
    await world.create("more", {"name": "more"})
    assert accepted == [lock.hashes, lock.hashes]


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


@pytest.mark.requirement("5.2.lock_move")
async def test_a_moved_lock_takes_what_is_there_with_it(world: World) -> None:
    await world.create(provider_version="1.0.0")
    assert await move(world, "2.0.0") == locked(world, FAKE_PIN)
    untouched = await world.resource()
    assert untouched is not None
    assert untouched.provider_version == "1.0.0"
    files = (await export(world.services, ADA, "demo", None, ExportFormat.HCL)).files
    assert '"= 2.0.0"' in files["versions.tf"]
    assert files[".terraform.lock.hcl"] == write_locks({"testing/fake": locked(world, FAKE_PIN, "2.0.0")})
    changed = await world.update({"size": 1})
    kept = await world.resource()
    assert kept is not None
    assert (changed.state, kept.provider_version) == (OperationState.FINISHED, "2.0.0")
    assert await audited_locks(world) == [(ADAS.key, "", "1.0.0"), (ADA.key, "1.0.0", "2.0.0")]


@pytest.mark.requirement("5.2.lock_move")
async def test_a_version_is_brought_back_by_the_one_that_the_project_uses_now(world: World) -> None:
    await world.create(provider_version="1.0.0")
    await move(world, "2.0.0")
    await world.delete()
    back = await world.do(restore(world.services, ADAS, "demo", resource_id="logs", version=1))
    assert (back.state, back.provider_version) == (OperationState.FINISHED, "2.0.0")


@pytest.mark.requirement("5.2.lock_move")
async def test_no_lock_goes_below_what_wrote_a_resource(world: World) -> None:
    await world.create()
    with pytest.raises(Conflict, match=r"1\.0\.0 cannot read what 2\.0\.0 wrote in project demo") as refusal:
        await move(world, "1.0.0")
    assert refusal.value.field == "provider_version"
    await keep(world, locked(world, OLD_PIN))
    late = await world.update({"size": 1})
    assert outcome(late) == DENIED
    assert refused(late) == "`intent provider lock demo testing/fake --version 2.0.0`"
    await keep(world, locked(world, FAKE_PIN))
    await world.delete()
    assert (await move(world, "1.0.0")).version == "1.0.0"


@pytest.mark.requirement("5.2.lock_move")
async def test_a_constraint_chooses_the_newest_installed_and_is_kept_with_the_lock(world: World) -> None:
    services = world.services
    lock = await move_lock(services, ADA, "demo", "testing/fake", constraint="~>1")
    assert lock == locked(world, OLD_PIN, "~> 1.0")
    lock = await move_lock(services, ADA, "demo", "testing/fake", constraint=">= 1, < 3")
    assert lock == locked(world, FAKE_PIN, ">= 1.0.0, < 3.0.0")
    # The same version again keeps what it was chosen by.
    assert await move(world, "2.0.0") == lock
    with pytest.raises(NotFound, match=r"no installed testing/fake meets >= 3\.0\.0") as missing:
        await move_lock(services, ADA, "demo", "testing/fake", constraint=">= 3")
    assert missing.value.hint == "install one: `intent provider install testing/fake@VERSION`"
    with pytest.raises(NotFound, match="installed is none"):
        await move_lock(services, ADA, "demo", "testing/other", version="1.0.0")


@pytest.mark.parametrize("given", [{}, {"version": "1.0.0", "constraint": "~> 1.0"}])
async def test_a_lock_is_moved_by_a_version_or_by_a_constraint(world: World, given: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="one of them"):
        await move_lock(world.services, ADA, "demo", "testing/fake", **given)


@pytest.mark.requirement("5.2.lock_move")
async def test_moving_takes_the_right_to_change_projects_and_waits_for_who_holds_the_project(
    world: World,
) -> None:
    await world.create(provider_version="1.0.0")
    text = await export_locks(world.services, ADA, "demo")
    reader = ADAS.model_copy(update={"scopes": frozenset({Scope.PROJECTS_READ, Scope.RESOURCES_WRITE})})
    with pytest.raises(Forbidden):
        await move(world, "2.0.0", reader)
    with pytest.raises(Forbidden):
        await import_locks(world.services, reader, "demo", text)
    await lock_project(world.services, BOB, "demo")
    with pytest.raises(Conflict, match="locked"):
        await move(world, "2.0.0")
    with pytest.raises(Conflict, match="locked"):
        await import_locks(world.services, ADA, "demo", text)


@pytest.mark.requirement("5.2.lock_import")
async def test_a_lock_file_goes_from_one_project_to_another(world: World) -> None:
    await world.create(provider_version="1.0.0")
    text = await export_locks(world.services, ADA, "demo", ("testing/fake",))
    assert text == write_locks({"testing/fake": locked(world, OLD_PIN)})
    await keep(world, None)
    assert await import_locks(world.services, ADA, "demo", text) == ("testing/fake",)
    assert (await project_of(world)).provider_locks == {"testing/fake": locked(world, OLD_PIN)}


@pytest.mark.requirement("5.2.lock_import")
async def test_a_lock_that_names_the_archive_alone_takes_the_hash_of_the_package_at_hand(
    world: World,
) -> None:
    whole = locked(world, FAKE_PIN)
    archive = whole.model_copy(update={"hashes": tuple(h for h in whole.hashes if h.startswith("zh:"))})
    await import_locks(world.services, ADA, "demo", write_locks({"testing/fake": archive}))
    assert (await project_of(world)).provider_locks == {"testing/fake": whole}


@pytest.mark.requirement("5.2.lock_import")
async def test_an_installed_package_that_a_lock_file_does_not_name_is_refused(world: World) -> None:
    foreign = ProviderLock(version="2.0.0", hashes=(f"zh:{'0' * 64}",))
    with pytest.raises(IntegrityFailed, match=r"testing/fake 2\.0\.0 is not a package that the lock names"):
        await import_locks(world.services, ADA, "demo", write_locks({"testing/fake": foreign}))
    assert (await project_of(world)).provider_locks == {}


@pytest.mark.requirement("5.2.lock_import")
async def test_a_lock_of_what_is_not_installed_is_kept_and_held_against_the_first_package_that_comes(
    world: World,
) -> None:
    whole = locked(world, FAKE_PIN)
    named = write_locks({"testing/fake": whole.model_copy(update={"hashes": whole.hashes[-1:]})})
    world.engine.mirror.remove(FAKE_PIN)
    await import_locks(world.services, ADA, "demo", named)
    assert await provider_locks(world.services, ADA, "demo") == (
        ReportedProviderLock(
            provider="testing/fake",
            version="2.0.0",
            constraints="",
            hashes=whole.hashes[-1:],
            installed=False,
        ),
    )
    assert outcome(await world.create())[1:] == ("not_found", "provider_version")
    world.engine.mirror.add(FAKE_PIN, "another")
    assert outcome(await world.create()) == CHANGED
    world.engine.mirror.remove(FAKE_PIN)
    world.engine.mirror.add(FAKE_PIN)
    assert (await world.create()).state is OperationState.FINISHED
    assert (await project_of(world)).provider_locks == {"testing/fake": whole}
    # What the lock has met is no longer exchanged for another package of the same archive.
    world.engine.mirror.exchange(FAKE_PIN)
    assert outcome(await world.update({"size": 1})) == CHANGED


@pytest.mark.requirement("5.2.lock_import")
async def test_only_what_a_file_locks_can_be_taken_from_it_and_nothing_below_what_wrote_a_resource(
    world: World,
) -> None:
    await world.create()
    older = write_locks({"testing/fake": locked(world, OLD_PIN)})
    with pytest.raises(Conflict, match="cannot read"):
        await import_locks(world.services, ADA, "demo", older)
    with pytest.raises(NotFound, match="does not lock testing/other") as refusal:
        await import_locks(world.services, ADA, "demo", older, ("testing/other",))
    assert refusal.value.hint == "it locks testing/fake"
    with pytest.raises(NotFound, match="has no lock of testing/other"):
        await export_locks(world.services, ADA, "demo", ("testing/other",))
    with pytest.raises(InvalidInput, match="line 1"):
        await import_locks(world.services, ADA, "demo", "nothing")


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
