"""A project's lock of a provider is moved, exported and taken over from a file."""

import pytest

from engine.core.auth.principals import Scope
from engine.core.errors import Conflict, Forbidden, IntegrityFailed, InvalidInput, NotFound
from engine.core.operations.states import OperationState
from engine.core.projects import ProviderLock
from engine.core.providers.lock_file import write_locks
from engine.service.export import ExportFormat, export
from engine.service.projects.lock import lock_project
from engine.service.providers.lock_export import export_locks
from engine.service.providers.lock_import import import_locks
from engine.service.providers.lock_move import move_lock
from engine.service.providers.locks import ReportedProviderLock, provider_locks
from engine.service.restore import restore
from engine.testing.schemas import FAKE_PIN
from tests.service.lock_stage import (
    CHANGED,
    DENIED,
    OLD_PIN,
    audited_locks,
    keep,
    locked,
    move,
    project_of,
    refused,
)
from tests.service.world import ADA, ADAS, BOB, World, outcome

pytestmark = pytest.mark.anyio


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
    with pytest.raises(IntegrityFailed) as refused:
        await import_locks(world.services, ADA, "demo", write_locks({"testing/fake": foreign}))
    assert refused.value.message == (
        "the installed testing/fake 2.0.0 is not a package that the lock names; "
        f"it has {', '.join(locked(world, FAKE_PIN).hashes)}, the lock names {foreign.hashes[0]}"
    )
    assert "remove its folder from the cache" in (refused.value.hint or "")
    own = write_locks({"testing/fake": locked(world, FAKE_PIN)})
    world.engine.mirror.changed.add(FAKE_PIN)
    with pytest.raises(IntegrityFailed, match="not the one that was installed"):
        await import_locks(world.services, ADA, "demo", own)
    with pytest.raises(IntegrityFailed, match="not the one that was installed"):
        await move(world, "2.0.0")
    assert (await project_of(world)).provider_locks == {}


@pytest.mark.requirement("5.2.lock_import")
async def test_a_lock_of_what_is_not_installed_is_kept_and_held_against_the_first_package_that_comes(
    world: World,
) -> None:
    whole = locked(world, FAKE_PIN)
    named = write_locks({"testing/fake": whole.model_copy(update={"hashes": whole.hashes[:1]})})
    world.engine.mirror.remove(FAKE_PIN)
    await import_locks(world.services, ADA, "demo", named)
    assert await provider_locks(world.services, ADA, "demo") == (
        ReportedProviderLock(
            provider="testing/fake",
            version="2.0.0",
            constraints="",
            hashes=whole.hashes[:1],
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


@pytest.mark.requirement("5.2.lock_import", "5.security.46")
async def test_an_archive_is_believed_once_and_then_only_the_files(world: World) -> None:
    whole = locked(world, FAKE_PIN)
    named = write_locks({"testing/fake": whole.model_copy(update={"hashes": whole.hashes[1:]})})
    world.engine.mirror.remove(FAKE_PIN)
    await import_locks(world.services, ADA, "demo", named)
    world.engine.mirror.add(FAKE_PIN)
    assert (await world.create()).state is OperationState.FINISHED
    assert (await project_of(world)).provider_locks == {"testing/fake": whole}
    world.engine.mirror.exchange(FAKE_PIN)
    assert outcome(await world.update({"size": 1})) == CHANGED
    with pytest.raises(IntegrityFailed):
        await move(world, "2.0.0")
    assert (await project_of(world)).provider_locks == {"testing/fake": whole}


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
