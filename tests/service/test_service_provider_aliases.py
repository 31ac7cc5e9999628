"""Several configurations of one provider: who is made with which, and what becomes of that."""

from typing import Any

import pytest
from pydantic import JsonValue

from engine.core.errors import Conflict, InvalidInput
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service.approve import approve
from engine.service.change_sets.change_set import change_set
from engine.service.export import ExportFormat, export
from engine.service.history import history
from engine.service.list_versions import list_versions
from engine.service.projects.show import show_project
from engine.service.projects.update import update_project
from engine.service.read import read
from engine.service.restore import restore
from engine.service.resume import resume
from engine.service.show_resource import show_resource
from engine.testing.engines import ALLOW, REVIEW
from tests.service.world import ADA, ADAS, BOB, World

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("5.5.aliases")]
_SETTINGS = {
    "testing/fake": {"region": "east"},
    "testing/fake.west": {"region": "west"},
    "testing/fake.north": {"region": "north"},
}


@pytest.fixture(autouse=True)
async def jobs(world: World) -> list[Job]:
    """Return the jobs that are planned from now on, in a project with three configurations."""
    seen: list[Job] = []

    async def note(job: Job) -> None:
        seen.append(job)

    world.engine.runner.hooks["plan"] = note
    await configure(world, _SETTINGS)
    return seen


async def configure(world: World, settings: Any) -> None:
    await update_project(world.services, ADA, "demo", provider_settings=settings)


async def test_a_resource_is_made_changed_refreshed_and_destroyed_with_its_configuration(
    world: World, jobs: list[Job]
) -> None:
    await world.create(provider_alias="west")
    await world.update({"size": 2})
    await world.refresh()
    await world.delete()
    assert [(job.kind, job.settings, job.project_id != "") for job in jobs] == [
        (kind, {"region": "west"}, True) for kind in ("create", "update", "refresh", "delete")
    ]


async def test_without_a_name_it_is_the_configuration_without_one(world: World, jobs: list[Job]) -> None:
    await world.create()
    assert [job.settings for job in jobs] == [{"region": "east"}]


async def test_an_object_is_taken_in_with_a_configuration(world: World, jobs: list[Job]) -> None:
    world.engine.cloud.objects["fake_bucket", "theirs"] = {"id": "theirs", "name": "theirs"}
    await world.import_("theirs", provider_alias="north")
    await world.update({"size": 1})
    assert {str(job.settings) for job in jobs} == {"{'region': 'north'}"}


async def test_objects_of_one_id_in_two_places_are_two_and_in_one_place_one(world: World) -> None:
    world.engine.cloud.objects["fake_secret", "same"] = {"id": "same", "name": "same", "value": "v"}
    await configure(world, {"testing/fake.again": _SETTINGS["testing/fake.west"]})
    secret = {"resource_type": "fake_secret"}
    west = await world.import_("same", "in-west", **secret, provider_alias="west")
    north = await world.import_("same", "in-north", **secret, provider_alias="north")
    again = await world.import_("same", "twice", **secret, provider_alias="again")
    ended = [OperationState.FINISHED, OperationState.FINISHED, OperationState.FAILED]
    assert [each.state for each in (west, north, again)] == ended
    assert again.error is not None
    assert again.error.message == "in-west stands for this object already"


async def test_an_object_whose_name_is_the_same_in_the_whole_cloud_is_one(world: World) -> None:
    world.engine.cloud.objects["fake_bucket", "same"] = {"id": "same", "name": "same", "arn": "arn:same"}
    await world.import_("same", "in-west", provider_alias="west")
    again = await world.import_("same", "in-north", provider_alias="north")
    assert again.error is not None
    assert again.error.message == "in-west stands for this object already"


async def test_it_is_told_in_status_history_versions_and_at_a_glance(world: World) -> None:
    made = await world.create(provider_alias="west")
    changed = await world.update({"size": 2})
    shown = await show_project(world.services, ADA, "demo")
    past = await history(world.services, ADA, "demo", limit=10)
    versions = await list_versions(world.services, ADA, "demo", "logs")
    assert [(await world.report(each)).operation.provider_alias for each in (made, changed)] == ["west"] * 2
    assert (await show_resource(world.services, ADA, "demo", "logs")).provider_alias == "west"
    assert [line.provider_alias for line in past.operations] == ["west", "west"]
    assert [line.provider_alias for line in versions.versions] == ["west", "west"]
    assert [resource.provider_alias for resource in shown.resources] == ["west"]
    assert dict(shown.provider_settings) == _SETTINGS


@pytest.mark.parametrize(
    ("alias", "hint"),
    [
        ("wst", "did you mean west?"),
        ("zzz", "`intent project update demo --provider-config '{\"testing/fake.zzz\": {}}'` makes it"),
    ],
)
async def test_a_name_that_the_project_does_not_know_is_refused(
    world: World, jobs: list[Job], alias: str, hint: str
) -> None:
    failed = await world.create(provider_alias=alias)
    assert (failed.state, failed.error is not None, jobs) == (OperationState.FAILED, True, [])
    assert failed.error is not None
    assert (failed.error.code, failed.error.field, failed.error.hint) == (
        "invalid_input",
        "provider_alias",
        hint,
    )
    assert failed.error.message == (
        f"project demo has no configuration {alias} of testing/fake; it has west, north"
    )


@pytest.mark.parametrize("alias", ["a b", "-x", "1x", "x" * 64, "a.b", "${x}"])
async def test_a_name_that_can_be_none_is_refused_before_anything_is_recorded(
    world: World, alias: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await world.create(provider_alias=alias)
    assert refused.value.field == "provider_alias"


async def test_a_data_source_is_asked_with_a_configuration(world: World) -> None:
    await world.create()

    async def asked(alias: str) -> Operation:
        arguments: dict[str, Any] = {
            "provider": "testing/fake",
            "data_source_type": "fake_bucket",
            "config": {"name": "logs"},
        }
        return await world.do(read(world.services, ADAS, "demo", provider_alias=alias, **arguments))

    done, failed = await asked("west"), await asked("nowhere")
    assert [question.settings for question in world.engine.runner.questions] == [{"region": "west"}]
    assert (done.state, failed.state) == (OperationState.FINISHED, OperationState.FAILED)
    assert (await world.report(done)).operation.provider_alias == "west"


async def test_changes_of_a_set_name_configurations(world: World) -> None:
    bucket: dict[str, Any] = {
        "operation": "create",
        "provider": "testing/fake",
        "resource_type": "fake_bucket",
    }
    changes: list[JsonValue] = [
        {**bucket, "resource_id": "a", "config": {"name": "a"}, "provider_alias": "west"},
        {**bucket, "resource_id": "b", "config": {"name": "b", "acl": {"$ref": "a.id"}}},
    ]
    await world.do(change_set(world.services, ADAS, "demo", changes=changes))
    resources = (await show_project(world.services, ADA, "demo")).resources
    assert {r.resource_id: r.provider_alias for r in resources} == {"a": "west", "b": ""}


async def test_an_unknown_name_in_a_set_is_a_problem_at_its_place(world: World) -> None:
    change: dict[str, Any] = {
        "operation": "create",
        "provider": "testing/fake",
        "resource_type": "fake_bucket",
    }
    changes: list[JsonValue] = [
        {**change, "resource_id": "a", "config": {"name": "a"}, "provider_alias": "nroth"}
    ]
    failed = await world.do(change_set(world.services, ADAS, "demo", changes=changes))
    assert failed.error is not None
    assert (failed.error.field, failed.error.hint) == ("changes.0.provider_alias", "did you mean north?")


async def test_an_ended_resource_comes_back_with_its_configuration(world: World) -> None:
    await world.create(provider_alias="west")
    await world.delete()
    await world.do(restore(world.services, ADA, "demo", resource_id="logs", version=1))
    assert (await show_resource(world.services, ADA, "demo", "logs")).provider_alias == "west"


async def test_a_version_of_another_configuration_is_not_restored_onto_a_living_resource(
    world: World,
) -> None:
    await world.create(provider_alias="west")
    await world.delete()
    await world.create(config={"name": "others"})
    with pytest.raises(Conflict, match=r"made with testing/fake\.west, now it is testing/fake"):
        await restore(world.services, ADA, "demo", resource_id="logs", version=1)


async def test_policies_see_the_settings_and_the_name(world: World) -> None:
    await world.govern(ALLOW)
    await world.create(provider_alias="west")
    await world.create("more", {"name": "more"})
    seen = [each for each in world.engine.evaluator.seen if isinstance(each, dict)]
    assert [(each["provider_alias"], each["provider_config"]) for each in seen] == [
        ("west", {"region": "west"}),
        ("", {"region": "east"}),
    ]


async def test_an_approval_is_void_where_the_settings_of_the_configuration_have_changed(world: World) -> None:
    await world.govern(REVIEW)
    waiting = await world.create(provider_alias="west")
    ready = await approve(world.services, BOB, waiting.id)
    await configure(world, {"testing/fake.west": {"region": "far-west"}})
    again = await world.run(await resume(world.services, ADAS, ready.id))
    assert (again.state, [each.void for each in again.approvals]) == (OperationState.PENDING_REVIEW, [True])


async def test_the_export_writes_the_configurations_that_are_used(world: World) -> None:
    await world.create(provider_alias="west")
    await world.create("more", {"name": "more"})
    files = (await export(world.services, ADA, "demo", None, ExportFormat.HCL)).files
    assert files["providers.tf"] == (
        'provider "fake" {\n  region = "east"\n}\n\n'
        'provider "fake" {\n  alias  = "west"\n  region = "west"\n}\n'
    )
    assert "  provider = fake.west\n" in files["main.tf"]
    assert files["main.tf"].count("provider") == 1
    assert files["versions.tf"].count("testing/fake") == 1
