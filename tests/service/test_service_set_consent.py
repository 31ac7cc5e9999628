"""What a person's consent to a change set covers, and what it does not, on an engine of fakes."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from engine.core.errors import ProviderFailed
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.values import JsonObject
from engine.ports.runner import Job
from engine.service.approve import approve
from engine.service.change_sets.change_set import change_set
from engine.service.projects.update import update_project
from engine.service.resume import resume
from engine.testing.engines import ALLOW, REVIEW, SAID
from tests.service.world import ADA, ADAS, BOB, World

pytestmark = pytest.mark.anyio

TWO: JsonObject = {"review": [{"msg": "a person has to look", "approvals": 2}]}
OTHER: JsonObject = {"review": ["a person has to look", "that subnet is public"]}


def made(name: str, kind: str, /, **config: Any) -> JsonObject:
    return {
        "operation": "create",
        "resource_id": name,
        "provider": "testing/fake",
        "resource_type": f"fake_{kind}",
        "config": config,
    }


NETWORK = [
    made("net", "network", cidr="10.0.0.0/8"),
    made("sub", "subnet", network_id={"$ref": "net.id"}, cidr="10.1.0.0/16"),
]


async def approved(world: World, *more: JsonObject) -> Operation:
    await world.govern(REVIEW)
    waiting = await world.do(change_set(world.services, ADAS, "demo", changes=[*NETWORK, *more]))
    assert waiting.state is OperationState.PENDING_REVIEW
    return await approve(world.services, BOB, waiting.id)


def at_turn(world: World, name: str, turn: int, change: Callable[[], Awaitable[Any]]) -> None:
    """Let something happen while a change is planned for that many times."""
    planned: list[str] = []

    async def hook(job: Job) -> None:
        planned.append(job.name)
        if (job.name, planned.count(name)) == (name, turn):
            await change()

    world.engine.runner.hooks["plan"] = hook


@pytest.mark.requirement("4.4.gated-again")
async def test_a_consent_covers_values_that_became_known(world: World) -> None:
    done = await world.run(await resume(world.services, ADAS, (await approved(world)).id))
    assert (done.state, await world.living()) == (OperationState.FINISHED, ["net", "sub"])


@pytest.mark.requirement("4.4.gated-again")
@pytest.mark.requirement("4.security.39")
@pytest.mark.parametrize("said", [TWO, OTHER])
async def test_a_consent_covers_no_demand_and_no_reason_that_real_values_bring(
    world: World, said: JsonObject
) -> None:
    async def other_words() -> None:
        world.engine.evaluator.answers(REVIEW, said)

    ready = await approved(world)
    at_turn(world, "sub", 2, other_words)
    stopped = await world.run(await resume(world.services, ADAS, ready.id))
    assert (stopped.state, await world.living()) == (OperationState.STOPPED, ["net"])
    assert stopped.error is not None
    assert "the policies want a person to look at it" in stopped.error.message
    again = await world.run(await resume(world.services, ADAS, stopped.id))
    assert (again.state, await world.living()) == (OperationState.PENDING_REVIEW, ["net"])


@pytest.mark.requirement("4.4.gated-again")
async def test_a_consent_covers_no_other_labels(world: World) -> None:
    async def relabelled() -> None:
        await update_project(world.services, ADA, "demo", labels=("env:prod",))

    ready = await approved(world)
    at_turn(world, "sub", 2, relabelled)
    stopped = await world.run(await resume(world.services, ADAS, ready.id))
    assert (stopped.state, await world.living()) == (OperationState.STOPPED, ["net"])


@pytest.mark.requirement("4.3.single-use")
async def test_a_consent_that_was_used_covers_nothing_of_what_is_resumed(world: World) -> None:
    async def refused() -> None:
        raise ProviderFailed("the provider refused", untrusted="no subnet today")

    async def in_review() -> None:
        world.engine.evaluator.answers(REVIEW, SAID[REVIEW])

    web = made("web", "bucket", name="web", tags={"net": {"$ref": "sub.id"}})
    at_turn(world, "sub", 3, refused)
    stopped = await world.run(await resume(world.services, ADAS, (await approved(world, web)).id))
    assert (stopped.state, await world.living()) == (OperationState.STOPPED, ["net"])
    world.engine.evaluator.answers(REVIEW, SAID[ALLOW])
    at_turn(world, "web", 2, in_review)
    again = await world.run(await resume(world.services, ADAS, stopped.id))
    assert (again.state, await world.living()) == (OperationState.STOPPED, ["net", "sub"])


@pytest.mark.requirement("4.4.stopped")
async def test_what_somebody_else_made_meanwhile_is_not_taken_for_a_part_of_the_set(world: World) -> None:
    async def refused() -> None:
        raise ProviderFailed("the provider refused", untrusted="no subnet today")

    at_turn(world, "sub", 2, refused)
    stopped = await world.do(change_set(world.services, ADAS, "demo", changes=NETWORK))
    theirs = {"network_id": "fake_network-1", "cidr": "10.7.0.0/16"}
    await world.create("sub", theirs, by=ADA, resource_type="fake_subnet")
    again = await world.run(await resume(world.services, ADAS, stopped.id))
    assert again.state is OperationState.STOPPED
    assert again.error is not None
    assert "sub exists already" in again.error.message
    kept = await world.resource("sub")
    assert kept is not None
    assert (kept.version, kept.config) == (1, theirs)
