"""A canary among the secrets: it reaches the provider and the policies, and is shown nowhere else."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from engine.adapters.store.unit_of_work import open_store
from engine.core.errors import ProviderFailed
from engine.core.operations.operation import Accept, Operation, Request
from engine.core.operations.states import FINAL_STATES
from engine.ports.runner import Job
from engine.service.eject import eject
from engine.service.export_audit import export_audit
from engine.service.history import history
from engine.service.projects.show import show_project
from engine.service.read import read
from engine.service.resume import resume
from engine.service.show_resource import show_resource
from engine.testing.engines import ALLOW, UNDECIDED
from engine.testing.runners import Fault
from tests.service.world import ADA, ADAS, World, new_world

pytestmark = pytest.mark.anyio

CANARY = "c4n4ry-s3cret"
SECRET: dict[str, Any] = {"name": "key", "value": CANARY, "copy": [{"key": f"{CANARY}-inner"}]}
TYPE: dict[str, Any] = {"resource_type": "fake_secret"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world whose store is a file, so that everything stored can be searched."""
    async with open_store(f"sqlite:///{tmp_path / 'intent.db'}") as store:
        yield await new_world(store)


async def everything_shown(world: World) -> str:
    """Return all that the use cases show of the project, as one text."""
    shown = [repr(await export_audit(world.services, ADA, None))]
    shown.append((await show_project(world.services, ADA, "demo")).model_dump_json())
    listed = await history(world.services, ADA, "demo", limit=100)
    shown.append(listed.model_dump_json())
    shown += [(await world.report(operation)).model_dump_json() for operation in await operations(world)]
    shown += [
        (await show_resource(world.services, ADA, "demo", name)).model_dump_json()
        for name in await world.living()
    ]
    return "\n".join([*shown, *world.said])


async def operations(world: World) -> list[Operation]:
    async with world.services.store.transaction() as transaction:
        return list(await transaction.operations.list(None, None, 100))


async def kept_of_operations(world: World) -> str:
    """Return the stored operations, those under way less what the caller wrote: it is needed for them."""
    empty = Request(kind="eject")
    return "\n".join(
        operation.model_copy(
            update={} if operation.state in FINAL_STATES else {"request": empty}
        ).model_dump_json()
        for operation in await operations(world)
    )


async def live_through_everything(world: World) -> None:
    await world.create("key", SECRET, **TYPE)
    world.engine.cloud.objects["fake_secret", "key"]["value"] = f"{CANARY}-drifted"
    await world.refresh("key")
    await world.refresh("key", accept=Accept.SAVE)
    await world.update({"value": f"{CANARY}-2", "note": "rotated"}, "key")
    await world.update({"name": "other"}, "key")
    await world.do(
        read(
            world.services,
            ADAS,
            "demo",
            provider="testing/fake",
            data_source_type="fake_secret",
            config={"name": "other"},
        )
    )
    world.engine.runner.fault = Fault(f"{CANARY}-3 and {CANARY}-2 are too short", effect=True)
    await world.update({"value": f"{CANARY}-3"}, "key")
    world.engine.runner.fault = Fault(f"lost while writing {CANARY}-4", known=False)
    lost = await world.update({"value": f"{CANARY}-4"}, "key")
    await world.run(await resume(world.services, ADAS, lost.id))
    world.engine.cloud.forgets = {"value"}
    await world.update({"value": f"{CANARY}-5"}, "key")
    world.engine.cloud.objects.clear()
    await world.refresh("key")
    await world.delete("key", dry_run=True)
    await world.do(eject(world.services, ADAS, "demo", resource_id="key"))


async def test_a_secret_is_shown_nowhere(world: World) -> None:
    await live_through_everything(world)
    assert CANARY not in await everything_shown(world)
    assert CANARY not in await kept_of_operations(world)
    assert "(sensitive value)" in await everything_shown(world)


async def test_a_secret_waits_for_review_unseen(world: World) -> None:
    await world.govern(UNDECIDED)
    waiting = await world.create("key", SECRET, **TYPE)
    assert waiting.proposed_state == {
        "name": "key",
        "value": "(sensitive value)",
        "note": None,
        "copy": [{"key": "(sensitive value)"}],
    }
    assert CANARY not in await everything_shown(world)


async def test_the_stored_input_of_a_decision_has_no_secret(world: World, tmp_path: Path) -> None:
    await world.govern(ALLOW)
    await live_through_everything(world)
    with closing(sqlite3.connect(tmp_path / "intent.db")) as connection:
        rows = connection.execute("SELECT * FROM decisions").fetchall()
    assert len(rows) >= 1
    assert CANARY not in repr(rows)
    assert CANARY in repr(world.engine.evaluator.seen)


async def test_a_provider_that_quotes_a_secret_is_quoted_without_it(world: World) -> None:
    async def quote(job: Job) -> None:
        raise ProviderFailed("refused", untrusted=f"value {job.config['value']!r} is too short")

    world.engine.runner.hooks["plan"] = quote
    done = await world.create("key", SECRET, **TYPE)
    assert done.error is not None
    assert done.error.untrusted_detail == "value '(sensitive value)' is too short"


async def test_a_secret_of_another_resource_stays_one_where_it_is_referred_to(world: World) -> None:
    await world.create("key", SECRET, **TYPE)
    await world.create("twin", {"name": "twin", "value": {"$ref": "key.value"}}, **TYPE)
    kept = await world.resource("twin")
    assert kept is not None
    assert kept.state is not None
    assert kept.state.attributes["value"] == CANARY
    assert CANARY not in await everything_shown(world)


async def test_a_secret_stays_one_in_whatever_takes_it_by_reference(world: World) -> None:
    await world.govern(ALLOW)
    await world.create("key", SECRET, **TYPE)
    # Neither a tag nor an acl is secret by its schema; the network's tag takes the secret at second hand.
    await world.create("logs", {"name": "logs", "tags": {"token": {"$ref": "key.value"}}})
    await world.create(
        "net",
        {"cidr": "10.0.0.0/8", "tags": {"copy": {"$ref": "logs.tags.token"}}},
        resource_type="fake_network",
    )
    await world.update({"acl": {"$ref": "key.copy.0.key"}}, dry_run=True)
    await world.refresh("logs", accept=Accept.SAVE)
    await world.do(
        read(
            world.services,
            ADAS,
            "demo",
            provider="testing/fake",
            data_source_type="fake_bucket",
            config={"name": {"$ref": "key.value"}},
        )
    )
    kept = await world.resource("net")
    assert kept is not None
    assert kept.state is not None
    assert kept.state.attributes["tags"] == {"copy": CANARY}
    assert CANARY not in await everything_shown(world)
    assert CANARY not in await kept_of_operations(world)


async def test_what_repeats_a_secret_that_was_taken_by_reference_is_hidden_too(world: World) -> None:
    await world.create("key", SECRET, **TYPE)
    world.engine.cloud.forgets = {"tags"}
    await world.create("logs", {"name": {"$ref": "key.value"}})
    shown = await show_resource(world.services, ADA, "demo", "logs")
    assert shown.attributes is not None
    assert [shown.attributes[name] for name in ("name", "id", "arn", "acl")] == [
        "(sensitive value)",
        "(sensitive value)",
        "(sensitive value)",
        "private",
    ]


async def test_a_policy_that_quotes_a_secret_is_quoted_without_it(tmp_path: Path) -> None:
    value = f'{CANARY}"\n'
    reasons: dict[str, JsonValue] = {"deny": [f"value is {value}"], "warn": [{"was": value}]}
    async with open_store(f"sqlite:///{tmp_path / 'intent.db'}") as store:
        world = await new_world(store, said={"quoting": reasons})
        await world.govern("quoting")
        denied = await world.report(await world.create("key", {**SECRET, "value": value}, **TYPE))
    assert denied.decision is not None
    assert (denied.decision.outcome, denied.decision.deny, denied.decision.warn) == (
        "denied",
        ("value is (sensitive value)",),
        ('{"was":"(sensitive value)"}',),
    )
    with closing(sqlite3.connect(tmp_path / "intent.db")) as connection:
        assert CANARY not in repr(connection.execute("SELECT * FROM decisions").fetchall())
