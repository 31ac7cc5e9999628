"""The gate in a change: what the policies are shown, and where their answer leads."""

from typing import Any

import pytest
from pydantic import JsonValue

from engine.core.operations.operation import Accept
from engine.core.operations.states import OperationState
from engine.testing.builders import MOMENT
from engine.testing.engines import ALLOW, BROKEN, DENY, REVIEW, UNDECIDED
from tests.service.world import ADAS, BUCKET, World

pytestmark = pytest.mark.anyio

MADE: dict[str, Any] = {
    "id": "logs",
    "name": "logs",
    "acl": "private",
    "arn": "arn:fake:logs",
    "size": None,
    "tags": {"env": "dev"},
    "rule": [],
}
ACTOR = {
    "subject": "ada",
    "kind": "assistant",
    "client": "claude",
    "roles": [],
    "scopes": sorted(scope.value for scope in ADAS.scopes),
}
NOTHING: dict[str, Any] = {"replace_paths": [], "unknown": [], "sensitive": []}


async def shown(world: World, operation_id: str, **parts: Any) -> dict[str, Any]:
    """Return the whole input for an operation on the resource `logs` of the project `demo`."""
    async with world.services.store.transaction() as transaction:
        project = await transaction.projects.find("demo")
    assert project is not None
    nanoseconds = int(MOMENT.timestamp()) * 10**9 + MOMENT.microsecond * 1_000
    return {
        "format_version": "1.0",
        "resource": {
            "resource_id": "logs",
            "resource_type": "fake_bucket",
            "provider": "testing/fake",
            "provider_version": "2.0.0",
            **parts["resource"],
        },
        "plan": {**NOTHING, **parts["plan"]},
        "project": {
            "id": project.id,
            "name": "demo",
            "space": "root",
            "labels": ["env:dev"],
            "resource_count": parts["count"],
        },
        "provider_alias": "",
        "provider_config": parts.get("provider_config", {}),
        "actor": ACTOR,
        "dependencies": parts.get("dependencies", []),
        "dependents": parts.get("dependents", []),
        "request": {
            "operation_id": operation_id,
            "timestamp_ns": nanoseconds,
            "dry_run": False,
            "reason": "because",
            **parts.get("request", {}),
        },
        "change_set": None,
    }


def last_input(world: World) -> JsonValue:
    return world.engine.evaluator.seen[-1]


async def test_the_input_of_a_create_is_as_in_the_contract(world: World) -> None:
    done = await world.create(reason="because")
    assert last_input(world) == await shown(
        world,
        done.id,
        resource={
            "operation": "create",
            "current_state": None,
            "proposed_state": {k: v for k, v in MADE.items() if k not in ("id", "arn")},
        },
        plan={
            "action": "create",
            "actions": ["create"],
            "changed": ["acl", "name", "tags"],
            "unknown": ["arn", "id"],
        },
        count=0,
    )


async def test_the_input_of_an_update_is_as_in_the_contract(world: World) -> None:
    await world.create("net", {"cidr": "10.0.0.0/8"}, resource_type="fake_network")
    await world.create(depends_on=("net",))
    await world.create("more", {"name": {"$ref": "logs.arn"}})
    done = await world.update({"acl": "public"}, reason="because", dry_run=True)
    assert last_input(world) == await shown(
        world,
        done.id,
        resource={
            "operation": "update",
            "current_state": MADE,
            "proposed_state": {**MADE, "acl": "public"},
        },
        plan={"action": "update", "actions": ["update"], "changed": ["acl"]},
        count=3,
        dependencies=["net"],
        dependents=["more"],
        request={"dry_run": True},
    )


async def test_the_input_of_a_replacement_names_what_forces_it(world: World) -> None:
    await world.create()
    done = await world.update({"name": "other"}, reason="because")
    proposed = {k: v for k, v in MADE.items() if k not in ("id", "arn")}
    assert last_input(world) == await shown(
        world,
        done.id,
        resource={
            "operation": "update",
            "current_state": MADE,
            "proposed_state": {**proposed, "name": "other"},
        },
        plan={
            "action": "replace",
            "actions": ["delete", "create"],
            "changed": ["name"],
            "replace_paths": ["name"],
            "unknown": ["arn", "id"],
        },
        count=1,
    )


async def test_the_input_of_a_delete_proposes_null(world: World) -> None:
    await world.create()
    done = await world.delete(reason="because")
    assert last_input(world) == await shown(
        world,
        done.id,
        resource={"operation": "delete", "current_state": MADE, "proposed_state": None},
        plan={"action": "delete", "actions": ["delete"], "changed": []},
        count=1,
    )


async def test_the_input_of_an_import_is_what_was_read(world: World) -> None:
    world.engine.cloud.create("fake_bucket", BUCKET)
    world.engine.cloud.objects["fake_bucket", "logs"]["acl"] = "private"
    done = await world.import_("logs", reason="because")
    assert last_input(world) == await shown(
        world,
        done.id,
        resource={"operation": "import", "current_state": None, "proposed_state": MADE},
        plan={"action": "import", "actions": ["import"], "changed": ["acl", "arn", "id", "name", "tags"]},
        count=0,
    )


async def test_the_input_of_a_refresh_is_what_was_read(world: World) -> None:
    await world.create()
    world.engine.cloud.objects["fake_bucket", "logs"]["acl"] = "public"
    done = await world.refresh(accept=Accept.SAVE, reason="because")
    assert last_input(world) == await shown(
        world,
        done.id,
        resource={
            "operation": "refresh",
            "current_state": MADE,
            "proposed_state": {**MADE, "acl": "public"},
        },
        plan={"action": "refresh", "actions": ["refresh"], "changed": ["acl"]},
        count=1,
    )


async def test_policies_see_secrets_in_clear_and_where_they_are(world: World) -> None:
    await world.create("key", {"name": "key", "value": "tops3cret"}, resource_type="fake_secret")
    seen = last_input(world)
    assert isinstance(seen, dict)
    assert isinstance(seen["resource"], dict)
    assert isinstance(seen["plan"], dict)
    assert seen["resource"]["proposed_state"] == {
        "name": "key",
        "value": "tops3cret",
        "note": None,
        "copy": [],
    }
    assert seen["plan"]["sensitive"] == ["value"]


@pytest.mark.parametrize(
    ("source", "state", "following"),
    [
        (ALLOW, OperationState.FINISHED, "none"),
        (DENY, OperationState.DENIED, "fix"),
        (REVIEW, OperationState.PENDING_REVIEW, "approve"),
        (UNDECIDED, OperationState.PENDING_REVIEW, "approve"),
        (BROKEN, OperationState.DENIED, "fix"),
    ],
)
async def test_the_decision_leads_where_the_table_says(
    world: World, source: str, state: OperationState, following: str
) -> None:
    await world.govern(source)
    done = await world.create()
    report = await world.report(done)
    assert (done.state, report.next) == (state, following)
    assert bool(world.engine.cloud.writes) == (state is OperationState.FINISHED)
    assert report.decision is not None
    assert done.policy_digest == report.decision.policy_digest
    assert world.engine.runner.workspaces == {}


async def test_every_reason_to_deny_is_returned(world: World) -> None:
    await world.govern(DENY, "first")
    await world.govern(BROKEN, "second")
    await world.govern(ALLOW, "third")
    report = await world.report(await world.create())
    assert report.decision is not None
    assert report.decision.deny == (
        "not in this project",
        "ask the owner",
        "second: policy_error: division by zero",
    )
    assert [(p.name, p.version) for p in report.decision.policies] == [
        ("first", 1),
        ("second", 1),
        ("third", 1),
    ]


@pytest.mark.requirement("2.5.failure-denies")
async def test_an_evaluator_that_answers_for_others_denies(world: World) -> None:
    await world.govern(ALLOW)
    world.engine.evaluator.evaluate = _no_answers  # type: ignore[method-assign, assignment]  # an evaluator that broke
    done = await world.create()
    assert done.state is OperationState.DENIED


async def _no_answers(*_anything: object) -> tuple[()]:
    return ()
