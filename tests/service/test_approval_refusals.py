"""Every refusal that docs/reference/approvals.md lists, each as a test; the page and this agree."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import anyio
import pytest
from pydantic import JsonValue

from engine.core.approvals import Separation
from engine.core.auth.principals import Principal, PrincipalKind, person
from engine.core.errors import Conflict, EngineError
from engine.core.limits import APPROVAL_TTL_SECONDS, NOTE_MAX_CHARS
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.service.approve import approve
from engine.service.cancel import cancel
from engine.service.expire_due import expire_due
from engine.service.projects.update import update_project
from engine.service.reject import reject
from engine.service.resume import resume
from engine.testing.builders import identifier
from engine.testing.engines import UNDECIDED
from engine.testing.runners import Fault
from tests.service.test_service_consents import pending
from tests.service.world import ADA, ADAS, BOB, World

pytestmark = pytest.mark.anyio

S = OperationState
PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "approvals.md"
CAROL: Final = person("carol")
BOT: Final = Principal(subject="bob", kind=PrincipalKind.ASSISTANT, client="claude", scopes=BOB.scopes)
READER: Final = Principal(subject="eve", kind=PrincipalKind.USER, client="cli")
TWO: Final[dict[str, Any]] = {"approvals": 2, "approvers": ["bob", "carol"]}


@dataclass(frozen=True)
class Case:
    """A call that is refused.

    Attributes:
        call: given the world and a creation that waits for approval.
        code: of the error.
        after: the state in which the operation is left.
    """

    call: Callable[[World, Operation], Awaitable[object]]
    code: str
    after: OperationState = S.PENDING_REVIEW
    demand: Mapping[str, Any] | None = None
    by: Principal = ADAS


def approved_by(who: Principal, note: str = "") -> Callable[[World, Operation], Awaitable[object]]:
    return lambda world, waiting: approve(world.services, who, waiting.id, note)


async def strictly(world: World, waiting: Operation) -> object:
    return await approve(replace(world.services, separation=Separation.PERSON), ADA, waiting.id)


async def unscoped(world: World, waiting: Operation) -> object:
    with pytest.raises(EngineError) as refused:
        await reject(world.services, READER, waiting.id)
    assert refused.value.code == "forbidden"
    return await approve(world.services, READER, waiting.id)


async def again(world: World, waiting: Operation) -> object:
    await approve(world.services, BOB, waiting.id)
    return await approve(world.services, person("bob", "console"), waiting.id)


async def queued(world: World, _waiting: Operation) -> object:
    return await approve(world.services, BOB, (await world.queued()).id)


async def after_a_rejection(world: World, waiting: Operation) -> object:
    await reject(world.services, CAROL, waiting.id, "no")
    return await approve(world.services, BOB, waiting.id)


async def too_late(world: World, waiting: Operation) -> object:
    world.engine.clock.advance(APPROVAL_TTL_SECONDS)
    return await approve(world.services, BOB, waiting.id)


async def once_more(world: World, waiting: Operation) -> object:
    await approve(world.services, BOB, waiting.id)
    return await approve(world.services, CAROL, waiting.id)


async def too_soon(world: World, waiting: Operation) -> object:
    await approve(world.services, BOB, waiting.id)
    return await resume(world.services, ADAS, waiting.id)


async def when_it_lapsed(world: World, waiting: Operation) -> object:
    await approve(world.services, BOB, waiting.id)
    world.engine.clock.advance(APPROVAL_TTL_SECONDS)
    return await resume(world.services, ADAS, waiting.id)


async def when_it_was_used(world: World, waiting: Operation) -> object:
    await approve(world.services, BOB, waiting.id)
    world.engine.runner.fault = Fault()
    failed = await world.run(await resume(world.services, ADAS, waiting.id))
    assert (failed.state, [a.used_at is not None for a in failed.approvals]) == (S.FAILED, [True])
    return await resume(world.services, ADAS, waiting.id)


async def of_nothing(world: World, _waiting: Operation) -> object:
    return await approve(world.services, BOB, identifier(999))


async def of_no_id(world: World, _waiting: Operation) -> object:
    return await approve(world.services, BOB, "logs")


CASES: Final[Mapping[str, Case]] = {
    "assistant": Case(approved_by(BOT), "forbidden"),
    "requester": Case(approved_by(person("ada", "console")), "forbidden", by=ADA),
    "separation": Case(strictly, "forbidden"),
    "scope": Case(unscoped, "forbidden"),
    "not named": Case(approved_by(person("dan")), "forbidden", demand=TWO),
    "twice": Case(again, "conflict", demand=TWO),
    "state": Case(queued, "conflict"),
    "rejected": Case(after_a_rejection, "conflict", S.REJECTED),
    "expired": Case(too_late, "conflict", S.EXPIRED),
    "ready": Case(once_more, "conflict", S.READY_FOR_EXECUTION),
    "missing": Case(too_soon, "conflict", demand=TWO),
    "lapsed": Case(when_it_lapsed, "conflict", S.EXPIRED),
    "used": Case(when_it_was_used, "conflict", S.FAILED),
    "note": Case(approved_by(BOB, "x" * (NOTE_MAX_CHARS + 1)), "invalid_input"),
    "unknown": Case(of_nothing, "not_found"),
    "no id": Case(of_no_id, "invalid_input"),
}


@pytest.mark.requirement("4.3.refusals", "4.security.39")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_each_refusal_has_its_code_a_way_out_and_no_effect(world: World, case: Case) -> None:
    waiting = await pending(world, dict(case.demand or {}), by=case.by)
    with pytest.raises(EngineError) as refused:
        await case.call(world, waiting)
    assert (refused.value.code, bool(refused.value.hint)) == (case.code, True)
    assert ((await world.stored(waiting)).state, world.engine.cloud.writes) == (case.after, [])


@pytest.mark.requirement("4.3.refusals")
def test_the_page_lists_these_cases_with_their_codes() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \| .* \| `([a-z_]+)` \|$", PAGE.read_text(), re.MULTILINE)
    assert rows == [(name, case.code) for name, case in CASES.items()]


async def other_plan(world: World) -> None:
    world.engine.cloud.objects["fake_bucket", "logs"]["acl"] = "public"


async def other_base(world: World) -> None:
    cleared = await world.update({"tags": {"env": "prod"}})
    await approve(world.services, BOB, cleared.id)
    done = await world.run(await resume(world.services, ADAS, cleared.id))
    assert done.state is S.FINISHED


async def other_policies(world: World) -> None:
    world.engine.evaluator.answers("package intent # other", {"review": ["still"]})
    await world.govern("package intent # other")


async def other_project(world: World) -> None:
    await update_project(world.services, ADA, "demo", labels=("env:prod",))


async def other_provider(world: World) -> None:
    settings: dict[str, JsonValue] = {"testing/fake": {"region": "elsewhere"}}
    await update_project(world.services, ADA, "demo", provider_settings=settings)


@pytest.mark.requirement("4.3.stale", "4.security.39")
@pytest.mark.parametrize("change", [other_plan, other_base, other_policies, other_project, other_provider])
async def test_an_approval_covers_the_plan_and_the_circumstances_that_were_looked_at(
    world: World, change: Callable[[World], Awaitable[None]]
) -> None:
    await world.create()
    await world.govern(UNDECIDED)
    waiting = await world.update({"size": 2})
    await approve(world.services, BOB, waiting.id)
    await change(world)
    before = len(world.engine.cloud.writes)
    gated = await world.run(await resume(world.services, ADAS, waiting.id))
    assert (gated.state, [a.void for a in gated.approvals]) == (S.PENDING_REVIEW, [True])
    assert gated.approvals[0].void_because
    assert (gated.decision_id != waiting.decision_id, len(world.engine.cloud.writes)) == (True, before)


Race = Callable[[World, Operation], Awaitable[object]]
RACES: Final[Mapping[str, Race]] = {
    "approve": lambda w, o: approve(w.services, CAROL, o.id),
    "cancel": lambda w, o: cancel(w.services, ADAS, o.id),
    "reject": lambda w, o: reject(w.services, CAROL, o.id),
    "resume": lambda w, o: resume(w.services, ADAS, o.id),
    "expire": lambda w, _: expire_due(w.services),
}


@pytest.mark.requirement("4.3.races")
@pytest.mark.parametrize("other", RACES)
@pytest.mark.parametrize("first", [True, False])
async def test_of_two_that_act_at_once_each_sees_what_the_other_did(
    world: World,
    other: str,
    first: bool,  # noqa: FBT001 - a table's column
) -> None:
    waiting = await pending(world)
    if other == "expire":
        world.engine.clock.advance(APPROVAL_TTL_SECONDS)
    refused: list[str] = []

    async def act(race: Race) -> None:
        try:
            await race(world, waiting)
        except Conflict as error:
            refused.append(error.code)

    def bob(world: World, waiting: Operation) -> Awaitable[object]:
        return approve(world.services, BOB, waiting.id)

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            for race in [RACES[other], bob] if first else [bob, RACES[other]]:
                tasks.start_soon(act, race)
    left = await world.stored(waiting)
    ends = {"cancel": S.CANCELLED, "reject": S.REJECTED, "expire": S.EXPIRED}
    events = [event for event, _ in await world.audited(left)]
    assert events.count("operation.approve") <= 1
    assert left.state in {S.READY_FOR_EXECUTION, ends.get(other, S.READY_FOR_EXECUTION)}
    assert (left.state is S.READY_FOR_EXECUTION) == (events[-1] == "operation.approve")
    assert world.engine.cloud.writes == []
