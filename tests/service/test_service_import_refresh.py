"""Import, refresh and read: what is taken in from the cloud, and what differs there."""

import pytest
from pydantic import JsonValue

from engine.core.errors import InvalidInput, NotFound, ProviderFailed
from engine.core.operations.operation import Accept
from engine.core.operations.states import OperationState
from engine.ports.runner import Job
from engine.service.import_ import import_
from engine.service.read import read
from engine.service.show_resource import show_resource
from engine.testing.engines import DENY
from tests.service.world import ADA, ADAS, BUCKET, World, outcome

pytestmark = pytest.mark.anyio


def drift_of(operation: object) -> list[tuple[str, object, object]]:
    return [(d.path, d.before, d.after) for d in getattr(operation, "drift", ())]


@pytest.mark.requirement("2.3.import")
async def test_an_object_of_the_cloud_is_imported_with_a_configuration_that_changes_nothing(
    world: World,
) -> None:
    world.engine.cloud.create("fake_bucket", {**BUCKET, "acl": "public", "size": 3})
    done = await world.import_("logs")
    kept = await world.resource()
    assert kept is not None
    assert (done.state, done.plan_summary.actions if done.plan_summary else ()) == (
        OperationState.FINISHED,
        ("import",),
    )
    assert (kept.config, kept.import_id) == ({**BUCKET, "size": 3}, "logs")
    assert len(world.engine.cloud.writes) == 1
    assert (await world.update({})).plan_summary == (await world.refresh()).plan_summary


@pytest.mark.requirement("2.3.import")
async def test_an_import_names_what_is_turned_off_although_the_provider_turns_it_on(world: World) -> None:
    network = world.engine.cloud.create("fake_network", {"cidr": "10.0.0.0/16", "routed": False})
    done = await world.import_(str(network["id"]), "net", resource_type="fake_network")
    kept = await world.resource("net")
    assert kept is not None
    assert (done.state, kept.config) == (OperationState.FINISHED, {"cidr": "10.0.0.0/16", "routed": False})
    unchanged = await world.update({}, "net")
    assert (unchanged.plan_summary.actions if unchanged.plan_summary else ()) == ("no-op",)


async def test_an_import_whose_configuration_the_provider_refuses_is_kept_as_it_was_read(
    world: World,
) -> None:
    async def refuse(_job: Job) -> None:
        raise ProviderFailed("the provider refused", untrusted="no")

    network = world.engine.cloud.create("fake_network", {"cidr": "10.0.0.0/16", "routed": False})
    world.engine.runner.hooks["rehearse"] = refuse
    done = await world.import_(str(network["id"]), "net", resource_type="fake_network")
    kept = await world.resource("net")
    assert kept is not None
    assert (done.state, kept.config) == (OperationState.FINISHED, {"cidr": "10.0.0.0/16"})


async def test_a_denied_import_keeps_nothing(world: World) -> None:
    world.engine.cloud.create("fake_bucket", BUCKET)
    await world.govern(DENY)
    assert (await world.import_("logs")).state is OperationState.DENIED
    assert await world.living() == []


async def test_importing_what_does_not_exist_or_is_managed_already_is_refused(world: World) -> None:
    refused = await world.import_("nothing")
    assert outcome(refused) == ("FAILED", "not_found", "import_id")
    await world.create()
    refused = await world.import_("logs", "again")
    assert outcome(refused) == ("FAILED", "conflict", "import_id")
    assert refused.error is not None
    assert "logs stands for this object already" in refused.error.message
    refused = await world.import_("other", "logs")
    assert outcome(refused) == ("FAILED", "conflict", "resource_id")


@pytest.mark.parametrize("import_id", ["", "a\nb", "x" * 3_000, "a\u202eb"])
async def test_an_import_id_is_printable_text(world: World, import_id: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await import_(
            world.services,
            ADAS,
            "demo",
            resource_id="logs",
            provider="testing/fake",
            resource_type="fake_bucket",
            import_id=import_id,
        )
    assert refused.value.field == "import_id"


@pytest.mark.requirement("2.3.refresh")
async def test_a_refresh_reports_drift_attribute_by_attribute_and_keeps_nothing(world: World) -> None:
    await world.create(config={**BUCKET, "size": 1})
    world.engine.cloud.objects["fake_bucket", "logs"].update(
        {"acl": "public", "size": 2, "tags": {"env": "prod", "team": "a"}}
    )
    done = await world.refresh()
    assert drift_of(done) == [
        ("acl", "private", "public"),
        ("size", 1, 2),
        ("tags.env", "dev", "prod"),
        ("tags.team", None, "a"),
    ]
    kept = await world.resource()
    assert kept is not None
    assert (done.state, done.decision_id, kept.version) == (OperationState.FINISHED, None, 1)


@pytest.mark.requirement("2.3.refresh")
async def test_a_saved_refresh_keeps_what_was_read_after_the_policies_agreed(world: World) -> None:
    await world.create()
    world.engine.cloud.objects["fake_bucket", "logs"]["acl"] = "public"
    done = await world.refresh(accept=Accept.SAVE)
    kept = await world.resource()
    assert kept is not None
    assert kept.state is not None
    assert (kept.version, kept.config, kept.state.attributes["acl"]) == (2, BUCKET, "public")
    assert (done.decision_id is not None, drift_of(done)) == (True, [("acl", "private", "public")])
    assert drift_of(await world.refresh()) == []
    world.engine.cloud.objects["fake_bucket", "logs"]["acl"] = "other"
    await world.govern(DENY)
    assert (await world.refresh(accept=Accept.SAVE)).state is OperationState.DENIED
    kept = await world.resource()
    assert kept is not None
    assert kept.version == 2


async def test_accepted_drift_becomes_what_is_wanted(world: World) -> None:
    await world.create("net", {"cidr": "10.0.0.0/8"}, resource_type="fake_network")
    config = {"name": "logs", "size": 1, "acl": {"$ref": "net.cidr"}, "rule": [{"prefix": "a"}]}
    await world.create(config=config)
    world.engine.cloud.objects["fake_bucket", "logs"].update(
        {"size": 2, "acl": "public", "tags": {"team": "a"}, "rule": []}
    )
    await world.refresh(accept=Accept.SAVE)
    kept = await world.resource()
    assert kept is not None
    # A reference stays: it says where the value comes from.
    assert kept.config == {"name": "logs", "size": 2, "acl": {"$ref": "net.cidr"}, "tags": {"team": "a"}}
    assert kept.depends_on == ("net",)
    unchanged = await world.update({"acl": None})
    assert unchanged.plan_summary is not None
    assert unchanged.plan_summary.changed == ()


async def test_a_refresh_without_drift_says_so_and_writes_no_version(world: World) -> None:
    await world.create()
    done = await world.refresh(accept=Accept.SAVE)
    kept = await world.resource()
    assert kept is not None
    assert (done.state, drift_of(done), done.missing, kept.version) == (
        OperationState.FINISHED,
        [],
        False,
        1,
    )
    # Null and empty are one to a provider.
    world.engine.cloud.objects["fake_bucket", "logs"]["rule"] = None
    assert drift_of(await world.refresh()) == []


@pytest.mark.requirement("2.3.read")
async def test_a_stored_resource_is_read_without_asking_anybody(world: World) -> None:
    done = await world.create()
    world.engine.cloud.objects.clear()
    shown = await show_resource(world.services, ADA, "demo", "logs")
    assert (shown.resource_type, shown.version, shown.operation_id) == ("fake_bucket", 1, done.id)
    assert shown.attributes is not None
    assert shown.attributes["tags"] == {"env": "dev"}
    with pytest.raises(NotFound) as refused:
        await show_resource(world.services, ADA, "demo", "lgos")
    assert refused.value.hint == "did you mean logs?"


@pytest.mark.requirement("2.3.read")
async def test_a_data_source_is_read_with_references_and_asks_no_policy(world: World) -> None:
    await world.create()
    await world.govern(DENY)
    done = await world.do(
        read(
            world.services,
            ADAS,
            "demo",
            provider="testing/fake",
            data_source_type="fake_bucket",
            config={"name": {"$ref": "logs.name"}},
        )
    )
    assert (done.state, done.provider_version, done.decision_id) == (OperationState.FINISHED, "2.0.0", None)
    assert done.result is not None
    assert (done.result["acl"], done.result["arn"]) == ("private", "arn:fake:logs")
    report = await world.report(done)
    assert report.resource is not None
    assert report.resource.attributes == done.result


@pytest.mark.parametrize(
    ("data_source_type", "config", "code", "field"),
    [
        ("fake_bucket", {"name": "none"}, "provider_failed", None),
        ("fake_bucket", {}, "invalid_input", "config.name"),
        ("fake_bucket", "logs", "invalid_input", "config"),
        ("fake_bucket", {"name": {"$ref": "none.id"}}, "invalid_input", "config.name"),
        ("fake_bukket", {"name": "logs"}, "not_found", "data_source_type"),
    ],
)
async def test_a_read_that_cannot_be_made_is_recorded(
    world: World, data_source_type: str, config: JsonValue, code: str, field: str | None
) -> None:
    done = await world.do(
        read(
            world.services,
            ADAS,
            "demo",
            provider="testing/fake",
            data_source_type=data_source_type,
            config=config,
        )
    )
    assert outcome(done) == ("FAILED", code, field)
