"""What a change of what binds a project does to approvals: they are void, and the plan is decided anew."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from pydantic import JsonValue

from engine.core.approvals import voided
from engine.core.operations.states import OperationState
from engine.core.policy.policies import PolicySource, RegoVersion
from engine.service.approve import approve
from engine.service.policies.add import add_policy
from engine.service.policies.attach import attach_policy
from engine.service.policies.label import label_policy
from engine.service.policies.switch import switch_policy
from engine.service.policies.unwaive import unwaive_policy
from engine.service.policies.waive import waive_policy
from engine.service.projects.update import update_project
from engine.service.resume import resume
from engine.testing.engines import ALLOW, DENY, UNDECIDED
from tests.service.world import ADA, ADAS, BOB, World

pytestmark = pytest.mark.anyio

S = OperationState
OTHERS = "the policies or the waivers of them are others"


async def add(world: World, source: str, name: str, **more: Any) -> object:
    return await add_policy(world.services, ADA, name, source, RegoVersion.V1, **more)


Change = Callable[[World], Awaitable[object]]


async def _waive(world: World, policy: str = "rule") -> object:
    until = world.services.clock.now() + timedelta(days=1)
    return await waive_policy(
        world.services,
        ADA,
        policy,
        "demo",
        resource_id="logs",
        owner="ada",
        reason="because",
        expires_at=until,
    )


@pytest.mark.requirement("3.2.voids")
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda w: switch_policy(w.services, ADA, "rule", enabled=False), id="disable"),
        pytest.param(lambda w: switch_policy(w.services, ADA, "off", enabled=True), id="enable"),
        pytest.param(lambda w: label_policy(w.services, ADA, "rule", labels=()), id="unlabel"),
        pytest.param(lambda w: label_policy(w.services, ADA, "spare", labels=("autoattach:*",)), id="label"),
        pytest.param(lambda w: label_policy(w.services, ADA, "rule", space="data"), id="move"),
        pytest.param(lambda w: update_project(w.services, ADA, "demo", labels=()), id="project"),
        pytest.param(lambda w: attach_policy(w.services, ADA, "spare", "demo"), id="attach"),
        pytest.param(lambda w: add(w, f"{UNDECIDED} ", "rule"), id="version"),
        pytest.param(lambda w: add(w, UNDECIDED, "rule", parameters={"a": 1}), id="parameters"),
        pytest.param(_waive, id="waive"),
    ],
)
async def test_whatever_changes_what_binds_voids_an_approval(world: World, change: Change) -> None:
    await add(world, UNDECIDED, "rule", labels=("autoattach:env:dev",))
    await add(world, UNDECIDED, "off", labels=("autoattach:*",))
    await switch_policy(world.services, ADA, "off", enabled=False)
    await add(world, UNDECIDED, "spare")
    waiting = await world.create()
    ready = await approve(world.services, BOB, waiting.id)
    await change(world)
    again = await world.run(await resume(world.services, ADAS, waiting.id))
    (because,) = {approval.void_because for approval in again.approvals}
    # The labels of the project are part of what was looked at, too.
    assert because.startswith("the policies")
    assert again.approvals == voided(ready.approvals, because, world.services.clock.now())
    assert again.decision_id != waiting.decision_id


@pytest.mark.requirement("3.2.voids")
@pytest.mark.parametrize("way", ["expired", "taken back"])
async def test_the_end_of_a_waiver_voids_an_approval_that_was_given_under_it(world: World, way: str) -> None:
    await world.govern(DENY)
    waiver: Any = await _waive(world)
    waiting = await world.create()
    assert waiting.state is S.PENDING_REVIEW
    world.engine.clock.advance(86_399)
    ready = await approve(world.services, BOB, waiting.id)
    if way == "expired":
        world.engine.clock.advance(1)
    else:
        await unwaive_policy(world.services, ADA, waiver.id)
    again = await world.run(await resume(world.services, ADAS, waiting.id))
    assert (again.state, again.approvals) == (
        S.DENIED,
        voided(ready.approvals, OTHERS, world.services.clock.now()),
    )
    assert world.engine.cloud.writes == []


@pytest.mark.requirement("3.2.voids")
@pytest.mark.requirement("3.2.voids")
@pytest.mark.parametrize("change", ["version", "waiver"])
async def test_what_changes_while_the_policies_are_asked_counts_before_anything_is_applied(
    world: World, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(world, ALLOW, "other", labels=("autoattach:*",))
    await add(world, DENY if change == "waiver" else f"{ALLOW} ", "rule", labels=("autoattach:*",))
    if change == "waiver":
        await _waive(world)
    evaluator = world.engine.evaluator
    evaluate = evaluator.evaluate

    async def meanwhile(policies: Sequence[PolicySource], policy_input: JsonValue) -> Any:
        answers = await evaluate(policies, policy_input)
        if len(evaluator.asked) > 1:
            return answers
        if change == "waiver":
            world.engine.clock.advance(86_400)
        else:
            await add(world, DENY, "rule")
        return answers

    monkeypatch.setattr(evaluator, "evaluate", meanwhile)
    done = await world.create()
    assert (done.state, len(evaluator.asked), world.engine.cloud.writes) == (S.DENIED, 2, [])


async def test_what_does_not_bind_the_project_voids_nothing(world: World) -> None:
    await add(world, UNDECIDED, "rule", labels=("autoattach:*",))
    await add(world, UNDECIDED, "other", labels=("autoattach:*",), space="data")
    waiting = await world.create()
    await approve(world.services, BOB, waiting.id)
    await switch_policy(world.services, ADA, "other", enabled=False)
    await add(world, DENY, "other")
    await _waive(world, "other")
    await label_policy(world.services, ADA, "rule", labels=("autoattach:*", "note"))
    done = await world.run(await resume(world.services, ADAS, waiting.id))
    assert (done.state, done.decision_id) == (S.FINISHED, waiting.decision_id)
