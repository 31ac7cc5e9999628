"""Update: merge and replacement of the configuration, what is noticed, what is kept."""

import pytest

from engine.core.operations.operation import Missing, UpdateMode
from engine.core.operations.states import OperationState
from engine.testing.engines import DENY
from tests.service.world import BUCKET, World, outcome

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("2.3.update")
async def test_merge_replaces_given_keys_removes_nulls_and_leaves_the_rest(world: World) -> None:
    await world.create(config={**BUCKET, "acl": "public", "size": 1})
    done = await world.update({"size": 2, "acl": None})
    kept = await world.resource()
    assert kept is not None
    assert kept.state is not None
    assert (done.state, done.base_serial, kept.version) == (OperationState.FINISHED, 1, 2)
    assert kept.config == {**BUCKET, "size": 2}
    attributes = kept.state.attributes
    # The provider keeps what it computes where nobody configures it any more.
    assert (attributes["size"], attributes["acl"], attributes["tags"]) == (2, "public", {"env": "dev"})


@pytest.mark.requirement("2.3.update")
async def test_replace_takes_the_configuration_as_the_whole(world: World) -> None:
    await world.create(config={**BUCKET, "size": 1})
    await world.update({"name": "logs", "size": 3}, mode=UpdateMode.REPLACE)
    kept = await world.resource()
    assert kept is not None
    assert kept.state is not None
    assert kept.config == {"name": "logs", "size": 3}
    assert kept.state.attributes["tags"] == {}


async def test_a_key_to_remove_that_the_schema_does_not_know_is_a_mistake(world: World) -> None:
    await world.create()
    done = await world.update({"tgas": None})
    assert outcome(done) == ("FAILED", "invalid_input", "config.tgas")
    assert done.error is not None
    assert done.error.hint == "did you mean tags?"


async def test_an_update_that_changes_nothing_asks_nobody_and_keeps_the_configuration(world: World) -> None:
    await world.create()
    await world.govern(DENY)
    done = await world.update({"acl": "private"})
    kept = await world.resource()
    assert (done.state, done.decision_id, done.applied_at) == (OperationState.FINISHED, None, None)
    assert kept is not None
    assert (kept.version, kept.config) == (2, {**BUCKET, "acl": "private"})
    assert (await world.update({"acl": "private"})).base_serial == 2
    kept = await world.resource()
    assert kept is not None
    assert kept.version == 2
    assert len(world.engine.cloud.writes) == 1


async def test_a_dry_run_that_changes_nothing_keeps_nothing(world: World) -> None:
    await world.create()
    await world.update({"acl": "private"}, dry_run=True)
    kept = await world.resource()
    assert kept is not None
    assert (kept.version, kept.config) == (1, BUCKET)


@pytest.mark.requirement("4.1.replace")
async def test_a_replacement_is_noticed_before_it_happens(world: World) -> None:
    await world.create()
    done = await world.update({"name": "other"})
    assert done.plan_summary is not None
    assert done.plan_summary.model_dump() == {
        "action": "replace",
        "actions": ("delete", "create"),
        "changed": ("name",),
        "replace_paths": ("name",),
        "unknown": ("arn", "id"),
        "summary": "replace because of name",
        "deprecated": (),
    }
    assert world.engine.cloud.writes == [
        ("create", "fake_bucket", "logs"),
        ("delete", "fake_bucket", "logs"),
        ("create", "fake_bucket", "other"),
    ]


async def test_an_update_shows_and_mends_what_changed_in_the_cloud(world: World) -> None:
    await world.create()
    world.engine.cloud.objects["fake_bucket", "logs"]["acl"] = "public"
    done = await world.update({"acl": "private", "size": 1})
    assert [d.model_dump() for d in done.drift] == [{"path": "acl", "before": "private", "after": "public"}]
    assert world.engine.cloud.objects["fake_bucket", "logs"]["acl"] == "private"


async def test_an_explicit_dependency_on_a_resource_that_has_ended_is_dropped(world: World) -> None:
    await world.create("net", {"cidr": "10.0.0.0/8"}, resource_type="fake_network")
    await world.create(depends_on=("net",))
    (network,) = (place for place in world.engine.cloud.objects if place[0] == "fake_network")
    del world.engine.cloud.objects[network]
    await world.refresh("net", missing=Missing.FORGET)
    assert await world.living() == ["logs"]
    assert (await world.update({"size": 1})).state is OperationState.FINISHED
    kept = await world.resource()
    assert kept is not None
    assert kept.depends_on == ()


async def test_updating_what_was_never_made_or_has_ended_names_the_nearest(world: World) -> None:
    await world.create()
    done = await world.update({"size": 1}, "lgos")
    assert outcome(done) == ("FAILED", "not_found", "resource_id")
    assert done.error is not None
    assert done.error.hint == "did you mean logs?"
    await world.delete()
    done = await world.update({"size": 1})
    assert done.error is not None
    assert done.error.message == "project demo has no resource logs any more"


async def test_an_update_to_what_the_cloud_has_become_already_remembers_it(world: World) -> None:
    await world.create()
    world.engine.cloud.objects["fake_bucket", "logs"]["acl"] = "public"
    done = await world.update({"acl": "public"})
    kept = await world.resource()
    assert kept is not None
    assert kept.state is not None
    assert (done.state, done.plan_summary.actions if done.plan_summary else ()) == (
        OperationState.FINISHED,
        ("no-op",),
    )
    assert (kept.version, kept.config["acl"], kept.state.attributes["acl"]) == (2, "public", "public")
    assert [verb for verb, *_ in world.engine.cloud.writes] == ["create"]
