"""What a caller wrote is kept only as long as it is needed: until the operation has ended."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.store.unit_of_work import open_store
from engine.core.errors import Conflict, ProviderFailed
from engine.core.limits import APPROVAL_TTL_SECONDS
from engine.core.operations.operation import Operation
from engine.ports.runner import Job
from engine.service.approve import approve
from engine.service.cancel import cancel
from engine.service.create import create
from engine.service.read import read
from engine.service.reject import reject
from engine.service.resume import resume
from engine.testing.engines import ALLOW, DENY, UNDECIDED
from engine.testing.runners import Fault
from tests.service.world import ADA, ADAS, World, new_world

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("4.1.spent-requests")]

CANARY = "c4n4ry-s3cret"
# Long enough to need pages of its own in the file, which are free once it is gone.
SECRET: dict[str, Any] = {"name": "key", "value": CANARY * 1000, "note": "n", "copy": [{"key": CANARY}]}
TYPE: dict[str, Any] = {"resource_type": "fake_secret"}
HIDDEN = "(sensitive value)"


async def denied(world: World) -> Operation:
    await world.govern(DENY)
    return await world.create("key", SECRET, **TYPE)


async def cancelled(world: World) -> Operation:
    asked = await create(
        world.services, ADAS, "demo", resource_id="key", provider="testing/fake", config=SECRET, **TYPE
    )
    return await cancel(world.services, ADAS, asked.id)


async def rejected(world: World) -> Operation:
    await world.govern(UNDECIDED)
    return await reject(world.services, ADA, (await world.create("key", SECRET, **TYPE)).id)


async def expired(world: World) -> Operation:
    await world.govern(UNDECIDED)
    waiting = await world.create("key", SECRET, **TYPE)
    world.engine.clock.advance(APPROVAL_TTL_SECONDS)
    with pytest.raises(Conflict):
        await resume(world.services, ADAS, waiting.id)
    return await world.stored(waiting)


async def refused_by_the_provider(world: World) -> Operation:
    async def refuse(_job: Job) -> None:
        raise ProviderFailed("refused", untrusted=f"{CANARY} is too short")

    world.engine.runner.hooks["plan"] = refuse
    return await world.create("key", SECRET, **TYPE)


async def failed_in_the_effect(world: World) -> Operation:
    world.engine.runner.fault = Fault(f"{CANARY} is too short")
    return await world.create("key", SECRET, **TYPE)


async def of_no_known_type(world: World) -> Operation:
    return await world.create("key", SECRET, resource_type="fake_nothing")


async def rehearsed(world: World) -> Operation:
    return await world.create("key", SECRET, dry_run=True, **TYPE)


Ending = Callable[[World], Awaitable[Operation]]


@pytest.mark.parametrize(
    ("ending", "state"),
    [
        (denied, "DENIED"),
        (cancelled, "CANCELLED"),
        (rejected, "REJECTED"),
        (expired, "EXPIRED"),
        (refused_by_the_provider, "FAILED"),
        (failed_in_the_effect, "FAILED"),
        (of_no_known_type, "FAILED"),
        (rehearsed, "FINISHED"),
    ],
)
async def test_no_byte_of_the_database_has_the_secret_of_a_request_that_came_to_nothing(
    tmp_path: Path, ending: Ending, state: str
) -> None:
    path = tmp_path / "intent.db"
    async with open_store(f"sqlite:///{path}") as store:
        world = await new_world(store)
        ended = await ending(world)
        assert ended.state.value == state
        assert CANARY not in ended.model_dump_json()
    kept = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert [name for name, content in kept.items() if CANARY.encode() in content] == []


async def test_a_change_that_was_made_leaves_its_secrets_with_the_resource_alone(tmp_path: Path) -> None:
    path = tmp_path / "intent.db"
    async with open_store(f"sqlite:///{path}") as store:
        world = await new_world(store)
        done = await world.create("key", SECRET, **TYPE)
        source = {"provider": "testing/fake", "data_source_type": "fake_secret"}
        await world.do(read(world.services, ADAS, "demo", config={"name": "key", "value": CANARY}, **source))
    assert done.request.config == {"name": "key", "value": HIDDEN, "note": "n", "copy": HIDDEN}
    with closing(sqlite3.connect(path)) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = [name for name in tables if CANARY in repr(file.execute(f"SELECT * FROM {name}").fetchall())]  # noqa: S608 - names from the database itself
    assert found == ["resource_versions"]


async def test_what_waits_keeps_its_secret_until_it_has_been_carried_out(world: World) -> None:
    await world.govern(UNDECIDED)
    waiting = await world.create("key", SECRET, **TYPE)
    assert waiting.request.config == SECRET
    await approve(world.services, ADA, waiting.id)
    done = await world.run(await resume(world.services, ADAS, waiting.id))
    made = await world.resource("key")
    assert made is not None
    assert (made.config, CANARY in done.model_dump_json()) == (SECRET, False)


async def test_an_idempotency_key_still_tells_another_request_from_the_same(world: World) -> None:
    await world.govern(ALLOW)
    asked: dict[str, Any] = {"provider": "testing/fake", "idempotency_key": "k", **TYPE}
    first = await world.create("key", SECRET, idempotency_key="k", **TYPE)
    again = await create(world.services, ADAS, "demo", resource_id="key", config=SECRET, **asked)
    assert (again.id, again.request_digest) == (first.id, first.request_digest)
    other = {**SECRET, "value": HIDDEN}
    with pytest.raises(Conflict, match="belongs to another request"):
        await create(world.services, ADAS, "demo", resource_id="key", config=other, **asked)


async def test_the_id_of_an_object_named_by_a_secret_is_not_shown_where_nothing_was_kept(
    world: World,
) -> None:
    await world.create("key", SECRET, **TYPE)
    world.engine.cloud.create("fake_bucket", {"name": "logs"})

    async def lose(_job: Job) -> None:
        raise SystemError("the machine lost power")

    world.engine.runner.hooks["applied"] = lose
    asked = await create(
        world.services,
        ADAS,
        "demo",
        resource_id="logs",
        provider="testing/fake",
        resource_type="fake_bucket",
        config={"name": {"$ref": "key.value"}},
    )
    with pytest.raises(ExceptionGroup):
        await world.run(asked)
    found = await world.report(asked)
    said = [event for step in found.steps for event in step.events if event.untrusted_object_id]
    assert [event.untrusted_object_id for event in said] == [HIDDEN]
    assert CANARY not in found.model_dump_json()
