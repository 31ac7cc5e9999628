"""What the tests of upkeep share: a pass that is carried out, and short ways to look at what came of it."""

from typing import Any

from engine.core.auth.principals import PrincipalKind, system
from engine.core.operations.operation import Operation
from engine.core.projects import Project
from engine.service.projects.show import ProjectReport, show_project
from engine.service.projects.times import Times
from engine.service.projects.update import update_project
from engine.service.run import run
from engine.service.upkeep.found import UpkeepReport
from engine.service.upkeep.upkeep import upkeep
from tests.service.world import ADA, BUCKET, World

HOUR = 3_600
DAY = 24 * HOUR
NOTHING = UpkeepReport()


async def unheard(_text: str) -> None:
    """Listen to nothing."""


async def set_times(world: World, **times: Any) -> Project:
    return await update_project(world.services, ADA, "demo", times=Times(**times))


async def keep_up(world: World) -> UpkeepReport:
    """Make a pass, and carry out what it found due."""
    found = await upkeep(world.services)
    for operation_id in found.due:
        await run(world.services, operation_id, unheard, system().key)
    return found


async def shown(world: World) -> ProjectReport:
    return await show_project(world.services, ADA, "demo")


async def audited(world: World, *events: str) -> list[tuple[str, Any]]:
    """Return the audit rows of those events, with the hours of a warning."""
    async with world.services.store.transaction() as transaction:
        entries = await transaction.audit.entries()
    return [(e.event, e.facts.get("hours")) for e in entries if e.event in events]


async def operations(world: World) -> list[Operation]:
    """Return the operations that the engine itself asked for, oldest first; a set stands for its changes."""
    async with world.services.store.transaction() as transaction:
        found = await transaction.operations.list(None, None, 100)
    own = [operation for operation in reversed(found) if operation.actor.kind is PrincipalKind.SYSTEM]
    return [operation for operation in own if operation.change_set_id is None]


async def changes(world: World, change_set: Operation) -> list[Operation]:
    """Return the changes of a set, oldest first."""
    async with world.services.store.transaction() as transaction:
        return list(await transaction.change_sets.list(change_set.id))


async def two_levels(world: World) -> None:
    """Make a network, a bucket that depends on it, and one that depends on nothing."""
    await world.create("net", {"cidr": "10.0.0.0/16"}, resource_type="fake_network")
    await world.create("logs", {**BUCKET, "tags": {"net": {"$ref": "net.id"}}})
    await world.create("other", {"name": "other"})
