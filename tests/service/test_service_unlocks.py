"""The end of locks on projects, what status shows of one, and which requests for one are refused."""

import pytest

from engine.core.auth.principals import Scope, assistant
from engine.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from engine.core.limits import LOCK_REASON_MAX_CHARS, LOCK_SECONDS
from engine.service.projects.lock import lock_project
from engine.service.projects.show import show_project
from engine.service.projects.unlock import unlock_project
from tests.service.world import ADA, ADAS, World

pytestmark = pytest.mark.anyio

BOT = assistant("bob", "bot")


@pytest.mark.requirement("4.2.unlock")
async def test_taking_and_ending_a_lock_leave_audit_rows_and_keeping_it_does_not(world: World) -> None:
    await lock_project(world.services, ADAS, "demo", "one")
    await lock_project(world.services, ADAS, "demo")
    assert await unlock_project(world.services, ADAS, "demo") is not None
    assert await unlock_project(world.services, ADAS, "demo") is None
    await lock_project(world.services, BOT, "demo")
    with pytest.raises(Forbidden):
        await unlock_project(world.services, ADAS, "demo", force=True)
    with pytest.raises(Conflict):
        await unlock_project(world.services, ADA, "demo")
    await unlock_project(world.services, ADA, "demo", force=True)
    await lock_project(world.services, BOT, "demo")
    world.engine.clock.advance(LOCK_SECONDS)
    assert await unlock_project(world.services, BOT, "demo") is None
    await lock_project(world.services, ADA, "demo")
    async with world.services.store.transaction() as transaction:
        rows = [(e.event, e.actor, e.facts) for e in await transaction.audit.entries()][1:]
    ada, adas, bot = ADA.key, ADAS.key, BOT.key
    assert rows == [
        ("project.locked", adas, {}),
        ("project.unlocked", adas, {"holder": adas}),
        ("project.locked", bot, {}),
        ("project.unlocked", ada, {"holder": bot}),
        ("project.locked", bot, {}),
        ("project.locked", ada, {"lapsed": bot}),
    ]


@pytest.mark.requirement("4.2.lock-refusal")
async def test_status_shows_who_holds_the_lock(world: World) -> None:
    await lock_project(world.services, ADAS, "demo", "moving the network")
    lock = (await show_project(world.services, BOT, "demo")).lock
    assert lock is not None
    assert lock.model_dump(mode="json") == {
        "holder": "ada",
        "kind": "assistant",
        "client": "claude",
        "reason": "moving the network",
        "since": "2026-01-02T03:04:05.678901+00:00",
        "expires_at": "2026-01-02T03:09:05.678901+00:00",
    }


async def test_bad_locks_are_refused(world: World) -> None:
    reader = ADA.model_copy(update={"scopes": frozenset({Scope.PROJECTS_READ})})
    for call in (
        lock_project(world.services, reader, "demo"),
        unlock_project(world.services, reader, "demo"),
    ):
        with pytest.raises(Forbidden):
            await call
    for reason in ("x" * (LOCK_REASON_MAX_CHARS + 1), "\ud800"):
        with pytest.raises(InvalidInput) as refused:
            await lock_project(world.services, ADA, "demo", reason)
        assert refused.value.field == "reason"
    with pytest.raises(NotFound):
        await lock_project(world.services, ADA, "absent")
    assert (await show_project(world.services, ADA, "demo")).lock is None
