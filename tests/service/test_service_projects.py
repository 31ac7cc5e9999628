"""Projects: made, listed, shown, changed and deleted, and refused with the way out."""

import pytest
from pydantic import JsonValue

from engine.core.auth.principals import Principal, PrincipalKind
from engine.core.errors import Conflict, EngineError, Forbidden, InvalidInput, NotFound
from engine.service.create import create
from engine.service.export_audit import export_audit
from engine.service.history import history
from engine.service.projects.create import create_project
from engine.service.projects.delete import delete_project
from engine.service.projects.list import list_projects
from engine.service.projects.show import show_project
from engine.service.projects.update import update_project
from engine.service.verify_audit import verify_audit
from engine.testing.engines import REVIEW
from tests.service.world import ADA, ADAS, BUCKET, World

pytestmark = pytest.mark.anyio

NOBODY = Principal(subject="eve", kind=PrincipalKind.TOKEN, client="cli")


@pytest.mark.requirement("2.3.project")
async def test_a_project_is_made_listed_shown_and_deleted(world: World) -> None:
    made = await create_project(world.services, ADA, "web", ("prod", "env:prod", "prod"))
    assert made.labels == ("env:prod", "prod")
    assert [p.name for p in await list_projects(world.services, ADA)] == ["demo", "web"]
    shown = await show_project(world.services, ADA, "web")
    assert (shown.project, shown.labels, shown.resources, shown.last) == ("web", made.labels, (), ())
    await delete_project(world.services, ADA, "web")
    assert [p.name for p in await list_projects(world.services, ADA)] == ["demo"]
    assert await verify_audit(world.services, ADA) == 3


async def test_a_project_at_a_glance_names_what_it_has_and_what_waits(world: World) -> None:
    await world.create()
    await world.govern(REVIEW)
    waiting = await world.update({"size": 2})
    await update_project(world.services, ADA, "demo", provider_settings={"testing/fake": {"region": "a"}})
    shown = await show_project(world.services, ADA, "demo")
    assert [(r.resource_id, r.resource_type, r.version, r.tainted) for r in shown.resources] == [
        ("logs", "fake_bucket", 1, False)
    ]
    assert (shown.policies, shown.provider_settings) == (
        ("rule v1",),
        {"testing/fake": {"region": "a"}},
    )
    assert [line.operation_id for line in shown.waiting] == [waiting.id]
    assert [line.kind for line in shown.last] == ["update", "create"]
    assert shown.running == ()


@pytest.mark.parametrize("name", ["", "a b", "../up", "x" * 64, "-x"])
async def test_a_malformed_project_name_is_refused(world: World, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await create_project(world.services, ADA, name)
    assert refused.value.field == "project"


async def test_a_name_is_taken_once_and_a_label_has_a_form(world: World) -> None:
    with pytest.raises(Conflict):
        await create_project(world.services, ADA, "demo")
    with pytest.raises(InvalidInput) as refused:
        await create_project(world.services, ADA, "web", ("No Label",))
    assert refused.value.field == "labels"


@pytest.mark.requirement("2.8.unknown")
async def test_an_unknown_project_names_the_nearest(world: World) -> None:
    with pytest.raises(NotFound) as refused:
        await show_project(world.services, ADA, "demmo")
    assert (refused.value.field, refused.value.hint) == (
        "project",
        "did you mean demo? `intent project create demmo` makes it",
    )


async def test_a_project_with_resources_or_open_operations_is_not_deleted(world: World) -> None:
    await world.create()
    with pytest.raises(Conflict) as refused:
        await delete_project(world.services, ADA, "demo")
    assert "logs" in refused.value.message
    await world.delete()
    queued = await create(
        world.services,
        ADAS,
        "demo",
        resource_id="more",
        provider="testing/fake",
        resource_type="fake_bucket",
        config=BUCKET,
    )
    with pytest.raises(Conflict) as refused:
        await delete_project(world.services, ADA, "demo")
    assert queued.id in refused.value.message


async def test_settings_are_replaced_a_provider_at_a_time_and_removed_by_null(world: World) -> None:
    await update_project(world.services, ADA, "demo", provider_settings={"testing/fake": {"region": "a"}})
    changed = await update_project(world.services, ADA, "demo", labels=("prod",))
    assert (changed.labels, changed.provider_settings) == (("prod",), {"testing/fake": {"region": "a"}})
    changed = await update_project(world.services, ADA, "demo", provider_settings={"testing/fake": None})
    assert changed.provider_settings == {}


@pytest.mark.requirement("2.4.provider-config")
@pytest.mark.parametrize(
    ("settings", "error", "field"),
    [
        ({"regoin": "a"}, InvalidInput, "provider_config[testing/fake].regoin"),
        ({"region": ["a"]}, InvalidInput, "provider_config[testing/fake].region"),
        ({"token": "s3cret"}, InvalidInput, "provider_config[testing/fake].token"),
        ({"key": "s3cret"}, InvalidInput, "provider_config[testing/fake].key"),
        (
            {"endpoints": {"buckets": "http://me:s3cret@here"}},
            InvalidInput,
            "provider_config[testing/fake].endpoints.buckets",
        ),
        ({"region": {"$ref": "logs.acl"}}, InvalidInput, "provider_config[testing/fake].region"),
        ("region", InvalidInput, "provider_config[testing/fake]"),
    ],
)
async def test_settings_are_checked_by_the_providers_own_schema(
    world: World, settings: JsonValue, error: type[EngineError], field: str
) -> None:
    with pytest.raises(error) as refused:
        await update_project(world.services, ADA, "demo", provider_settings={"testing/fake": settings})
    assert (refused.value.field, "s3cret" in str(refused.value)) == (field, False)
    with pytest.raises(NotFound):
        await update_project(world.services, ADA, "demo", provider_settings={"testing/none": {}})


@pytest.mark.requirement("5.4.check-settings")
async def test_everything_that_is_wrong_with_settings_is_told_at_once(world: World) -> None:
    settings: JsonValue = {"regoin": "a", "region": ["a"], "endpoints": [{"bukcets": "a"}]}
    with pytest.raises(InvalidInput) as refused:
        await update_project(world.services, ADA, "demo", provider_settings={"testing/fake": settings})
    assert refused.value.facts["problems"] == [
        {
            "path": "provider_config[testing/fake].regoin",
            "message": "is not known to the schema of this type",
            "hint": "did you mean region?",
        },
        {
            "path": "provider_config[testing/fake].region",
            "message": "must be a string, not a list",
            "hint": "give a string",
        },
        {
            "path": "provider_config[testing/fake].endpoints.0.bukcets",
            "message": "is not known to the schema of this type",
            "hint": "did you mean buckets or baskets?",
        },
    ]


@pytest.mark.requirement("2.4.provider-config")
async def test_the_settings_of_the_project_reach_the_job_completed(world: World) -> None:
    await update_project(
        world.services, ADA, "demo", provider_settings={"testing/fake": {"endpoints": {"buckets": "here"}}}
    )
    seen = []

    async def look(job: object) -> None:
        seen.append(getattr(job, "settings", None))

    world.engine.runner.hooks["plan"] = look
    await world.create()
    assert seen == [{"endpoints": [{"buckets": "here"}]}]


async def test_each_use_case_of_projects_needs_its_scope(world: World) -> None:
    services = world.services
    for forbidden in (
        create_project(services, NOBODY, "web"),
        update_project(services, NOBODY, "demo"),
        delete_project(services, NOBODY, "demo"),
        list_projects(services, NOBODY),
        show_project(services, NOBODY, "demo"),
        history(services, NOBODY, "demo", limit=1),
        verify_audit(services, NOBODY),
    ):
        with pytest.raises(Forbidden):
            await forbidden


async def test_what_happened_in_a_project_can_be_seen_after_it_was_deleted(world: World) -> None:
    made = await world.create()
    await world.delete()
    await delete_project(world.services, ADA, "demo")
    shown = await world.report(made)
    assert (shown.operation.project, shown.operation.state, shown.operation.resource_type) == (
        "demo",
        "FINISHED",
        "fake_bucket",
    )
    for name in ("demo", made.project_id):
        events = [entry.event for entry in await export_audit(world.services, ADA, name)]
        assert (events[0], events[-1]) == ("project.created", "project.deleted")


async def test_what_waits_is_shown_however_much_was_done_since(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.govern(REVIEW)
    waiting = await world.create()
    await world.create("more", {"name": "more"}, dry_run=True)
    monkeypatch.setattr("engine.service.projects.show.LIST_MAX", 1)
    shown = await show_project(world.services, ADA, "demo")
    assert [line.operation_id for line in shown.waiting] == [waiting.id]
