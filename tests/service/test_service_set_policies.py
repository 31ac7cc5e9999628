"""What policies can say of a change set: they count, read siblings, come late, and see no stored secret."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from pydantic import JsonValue

from engine.core.auth.principals import person
from engine.core.errors import Conflict
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.policy.decision import PolicyAnswer, answer_of
from engine.core.policy.policies import PolicySource
from engine.core.values import JsonObject
from engine.ports.runner import Job
from engine.service.approve import approve
from engine.service.policies.replay import replay
from engine.service.resume import resume
from engine.testing.engines import ALLOW, DENY, REVIEW, SAID
from engine.testing.evaluators import ScriptedEvaluator
from tests.service.test_service_change_sets import NETWORK, asked, made, parts, states
from tests.service.world import ADA, ADAS, BOB, World, new_world

pytestmark = pytest.mark.anyio

S = OperationState
READS = "package intent # reads the input"
TWO = "package intent # wants two persons"
Rule = Callable[[Any], str | None]


class ReadingEvaluator(ScriptedEvaluator):
    """Denies under READS for the reason that a rule finds in the input, else allows."""

    def __init__(self, rule: Rule) -> None:
        super().__init__({**SAID, TWO: {"review": [{"msg": "two have to look", "approvals": 2}]}})
        self._rule = rule

    async def evaluate(
        self, policies: Sequence[PolicySource], policy_input: JsonValue
    ) -> tuple[PolicyAnswer, ...]:
        """Return what the rule finds, or what is scripted."""
        answers = await super().evaluate(policies, policy_input)
        reason = self._rule(policy_input)
        said: JsonObject = {"allow": ["it is fine"]} if reason is None else {"deny": [reason]}
        return tuple(
            answer_of(policy, said) if policy.source == READS else answer
            for policy, answer in zip(policies, answers, strict=True)
        )


async def ruled(rule: Rule) -> World:
    world = await new_world(evaluator=ReadingEvaluator(rule))
    await world.govern(READS)
    return world


def at_most_three(seen: Any) -> str | None:
    created = [c for c in seen["change_set"]["changes"] if c["operation"] == "create"]
    return "more than three at once" if len(created) > 3 else None


def no_wide_network(seen: Any) -> str | None:
    """Look at a sibling only: the network itself is let pass."""
    others = [c for c in seen["change_set"]["changes"] if c["resource_id"] != seen["resource"]["resource_id"]]
    wide = any((c["proposed_state"] or {}).get("cidr") == "10.0.0.0/8" for c in others)
    return "a network beside it is wide" if wide and seen["resource"]["resource_id"] == "web" else None


def no_known_network(seen: Any) -> str | None:
    known = "network_id" in (seen["resource"]["proposed_state"] or {})
    return "not in that network" if known else None


def nothing(_seen: Any) -> str | None:
    return None


@pytest.mark.requirement("4.4.one-decision")
@pytest.mark.parametrize(("more", "state"), [(0, S.FINISHED), (1, S.DENIED)])
async def test_a_policy_can_count_what_a_set_creates(more: int, state: S) -> None:
    world = await ruled(at_most_three)
    done = await asked(world, [*NETWORK, *[made("extra", "bucket", name="extra")][:more]])
    assert (done.state, len(world.engine.cloud.writes)) == (state, 0 if more else 3)


@pytest.mark.requirement("4.4.one-decision")
async def test_a_policy_can_deny_a_change_for_what_stands_beside_it() -> None:
    world = await ruled(no_wide_network)
    denied = await asked(world, NETWORK)
    assert (denied.state, world.engine.cloud.writes) == (S.DENIED, [])
    assert await states(world, denied) == {"net": "CANCELLED", "sub": "CANCELLED", "web": "DENIED"}


@pytest.mark.requirement("4.4.gated-again")
async def test_a_value_that_became_known_and_is_denied_stops_the_set() -> None:
    world = await ruled(no_known_network)
    stopped = await asked(world, NETWORK)
    assert (stopped.state, await world.living()) == (S.STOPPED, ["net"])
    assert await states(world, stopped) == {"net": "FINISHED", "sub": "DENIED", "web": "READY_FOR_EXECUTION"}


@pytest.mark.requirement("4.4.one-decision")
async def test_a_set_waits_for_as_many_persons_as_its_policies_want() -> None:
    world = await ruled(nothing)
    await world.govern(TWO, "two")
    waiting = await asked(world, NETWORK)
    first = await approve(world.services, BOB, waiting.id)
    assert first.state is S.PENDING_REVIEW
    with pytest.raises(Conflict):
        await world.run(await resume(world.services, ADAS, waiting.id))
    with pytest.raises(Conflict):
        await approve(world.services, BOB, waiting.id)
    second = await approve(world.services, person("eve"), waiting.id)
    assert second.state is S.READY_FOR_EXECUTION
    done = await world.run(await resume(world.services, ADAS, waiting.id))
    assert (done.state, len(world.engine.cloud.writes)) == (S.FINISHED, 3)


async def approved(world: World) -> Operation:
    await world.govern(REVIEW)
    return await approve(world.services, BOB, (await asked(world, NETWORK)).id)


@pytest.mark.requirement("4.4.gated-again")
@pytest.mark.parametrize(
    ("late", "name", "state"),
    [
        (DENY, "late", S.DENIED),
        (ALLOW, "late", S.PENDING_REVIEW),
        (DENY, "rule", S.DENIED),
        (REVIEW + " too", "rule", S.DENIED),
    ],
)
async def test_a_policy_that_comes_after_the_approval_is_asked(
    world: World, late: str, name: str, state: S
) -> None:
    ready = await approved(world)
    world.engine.evaluator.answers(REVIEW + " too", {"deny": ["no more"]})
    await world.govern(late, name)
    done = await world.run(await resume(world.services, ADAS, ready.id))
    assert (done.state, world.engine.cloud.writes) == (state, [])
    assert all(consent.void for consent in done.approvals)


@pytest.mark.requirement("4.4.gated-again")
@pytest.mark.parametrize(("late", "state"), [(DENY, "DENIED"), (REVIEW, "FAILED")])
@pytest.mark.parametrize("name", ["late", "rule"])
async def test_a_policy_that_comes_while_a_set_is_applied_binds_what_has_not_begun(
    world: World, late: str, state: str, name: str
) -> None:
    await world.govern(ALLOW)

    async def attach(job: Job) -> None:
        if job.name == "net":
            await world.govern(late, name)

    world.engine.runner.hooks["applied"] = attach
    stopped = await asked(world, NETWORK)
    assert (stopped.state, await world.living()) == (S.STOPPED, ["net"])
    assert (await states(world, stopped))["sub"] == state


@pytest.mark.requirement("4.4.one-decision")
async def test_the_secrets_of_a_change_are_in_no_stored_input_and_in_no_report(world: World) -> None:
    secret = "hunter2-of-the-sibling"  # noqa: S105 - a made-up one
    await world.govern(REVIEW)
    changes = [made("token", "secret", name="t", value=secret), made("logs", "bucket", name="logs")]
    waiting = await asked(world, changes)
    assert secret in json.dumps(world.engine.evaluator.seen)
    members = await parts(world, waiting)
    async with world.services.store.transaction() as transaction:
        kept = [await transaction.decisions.input(part.decision_id or "") for part in members.values()]
    published = [await world.report(each) for each in (waiting, *members.values())]
    for text in (*map(str, kept), *(report.model_dump_json() for report in published)):
        assert secret not in text
    assert str(kept).count("'resource_id': 'token'") == 3


@pytest.mark.requirement("4.4.one-decision")
async def test_a_set_s_own_decision_is_not_replayed_those_of_its_changes_are(world: World) -> None:
    await world.govern(ALLOW)
    done = await asked(world, NETWORK)
    assert done.decision_id is not None
    for name in (done.id, done.decision_id):
        with pytest.raises(Conflict, match="each of its changes"):
            await replay(world.services, ADA, name)
    part = (await parts(world, done))["sub"]
    assert (await replay(world.services, ADA, part.id)).operation_id == part.id
