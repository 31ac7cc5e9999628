"""Create: what is planned, asked, made and kept; dependencies; what a dry run leaves."""

from typing import Any

import pytest

from engine.core.operations.states import OperationState
from engine.core.state import InstanceState
from engine.service.show_resource import show_resource
from engine.testing.engines import DENY
from tests.service.world import ADA, ADAS, BUCKET, World, outcome

pytestmark = pytest.mark.anyio

NETWORK: dict[str, Any] = {"resource_type": "fake_network"}
SUBNET: dict[str, Any] = {"resource_type": "fake_subnet"}


@pytest.mark.requirement("2.3.create", "2.4.state-kept")
async def test_a_created_resource_is_kept_with_its_state_and_its_configuration(world: World) -> None:
    done = await world.create()
    kept = await world.resource()
    assert kept is not None
    assert (done.state, done.base_serial, done.provider_version) == (OperationState.FINISHED, 0, "2.0.0")
    assert kept.config == BUCKET
    assert kept.state == InstanceState(
        schema_version=1,
        attributes={
            "id": "logs",
            "name": "logs",
            "acl": "private",
            "arn": "arn:fake:logs",
            "size": None,
            "tags": {"env": "dev"},
            "rule": [],
        },
        private="cHJpdmF0ZQ==",
    )
    assert (kept.version, kept.operation_id, kept.provider_version) == (1, done.id, "2.0.0")
    assert (world.said, world.engine.runner.workspaces) == (["fake_bucket.logs: applying"], {})


async def test_the_report_of_a_create_says_plan_decision_and_resource(world: World) -> None:
    report = await world.report(await world.create())
    assert report.plan is not None
    assert report.plan.model_dump() == {
        "action": "create",
        "actions": ("create",),
        "changed": ("acl", "name", "tags"),
        "replace_paths": (),
        "unknown": ("arn", "id"),
        "summary": "create",
        "deprecated": (),
    }
    assert report.decision is not None
    assert (report.decision.outcome, report.next, report.error) == ("allowed", "none", None)
    assert report.resource is not None
    assert (report.resource.version, report.resource.drift, report.resource.tainted) == (1, (), False)


async def test_an_older_version_of_the_provider_is_used_when_it_is_named(world: World) -> None:
    done = await world.create(provider_version="1.0.0")
    kept = await world.resource()
    assert (done.provider_version, kept.provider_version if kept else None) == ("1.0.0", "1.0.0")
    changed = await world.update({"size": 1})
    assert changed.provider_version == "1.0.0"


async def test_a_reference_is_resolved_from_state_and_recorded_as_a_dependency(world: World) -> None:
    await world.create("net", {"cidr": "10.0.0.0/8"}, **NETWORK)
    config = {"network_id": {"$ref": "net.id"}, "cidr": "10.1.0.0/16"}
    assert (await world.create("sub", config, **SUBNET)).state is OperationState.FINISHED
    kept = await world.resource("sub")
    assert kept is not None
    assert kept.state is not None
    assert (kept.config, kept.depends_on) == (config, ("net",))
    assert kept.state.attributes["network_id"] == "fake_network-1"
    shown = await show_resource(world.services, ADA, "demo", "net")
    assert (shown.dependents, shown.depends_on) == (("sub",), ())


async def test_dependencies_are_those_named_and_those_referred_to(world: World) -> None:
    await world.create("net", {"cidr": "10.0.0.0/8"}, **NETWORK)
    await world.create("logs")
    config = {"network_id": {"$ref": "net.id"}, "cidr": "10.1.0.0/16"}
    await world.create("sub", config, depends_on=("logs", "logs"), **SUBNET)
    kept = await world.resource("sub")
    assert kept is not None
    assert kept.depends_on == ("logs", "net")
    await world.update({"network_id": "fake_network-1"}, "sub")
    kept = await world.resource("sub")
    # What the caller named stays, what a reference expressed goes with it.
    assert kept is not None
    assert (kept.depends_on, kept.version) == (("logs",), 2)


async def test_a_dry_run_records_plan_and_decision_and_makes_nothing(world: World) -> None:
    dry = await world.create(dry_run=True)
    report = await world.report(dry)
    assert (dry.state, dry.applied_at) == (OperationState.FINISHED, None)
    assert report.decision is not None
    assert report.plan is not None
    assert (report.decision.outcome, report.plan.summary, report.next) == ("allowed", "create", "none")
    assert (world.engine.cloud.writes, await world.resource()) == ([], None)
    await world.govern(DENY)
    denied = await world.report(await world.create(dry_run=True))
    assert (denied.operation.state, denied.next) == (OperationState.FINISHED, "fix")
    assert (world.engine.cloud.writes, world.engine.runner.workspaces) == ([], {})


async def test_an_id_is_free_again_when_its_resource_has_ended(world: World) -> None:
    await world.create()
    await world.delete()
    again = await world.create()
    kept = await world.resource()
    assert (again.state, again.base_serial) == (OperationState.FINISHED, 2)
    assert kept is not None
    assert kept.version == 3


@pytest.mark.requirement("2.8.duplicate")
async def test_a_resource_id_is_taken_once(world: World) -> None:
    await world.create()
    twice = await world.create()
    assert outcome(twice) == ("FAILED", "conflict", "resource_id")
    assert len(world.engine.cloud.writes) == 1


async def test_a_create_shows_what_the_provider_did_not_keep(world: World) -> None:
    world.engine.cloud.forgets = {"tags"}
    done = await world.create()
    assert [d.model_dump() for d in done.drift] == [{"path": "tags.env", "before": "dev", "after": None}]


async def test_what_the_provider_fills_into_a_block_is_no_drift(world: World) -> None:
    done = await world.create(config={**BUCKET, "rule": [{"prefix": "a/"}]})
    assert (done.state, done.drift) == (OperationState.FINISHED, ())
    assert done.actor == ADAS
