"""Whose operations a principal knows of: those of others look like none, wherever an id is taken."""

from collections.abc import Awaitable, Callable

import pytest

from engine.core.auth.principals import Principal, assistant
from engine.core.errors import EngineError, NotFound
from engine.core.limits import INTERRUPTED_SHOWN_MAX
from engine.core.operations.operation import Operation
from engine.core.operations.states import OperationState
from engine.core.policy.policies import PolicySource, RegoVersion
from engine.service.approve import approve
from engine.service.cancel import cancel
from engine.service.compare import compare
from engine.service.doubt.adopt import adopt
from engine.service.doubt.forget import forget
from engine.service.doubt.retry import retry
from engine.service.history import history
from engine.service.interrupted import interrupted
from engine.service.policies.backtest import backtest
from engine.service.policies.replay import replay
from engine.service.policies.samples import list_samples
from engine.service.policies.show_sample import show_sample
from engine.service.policies.simulate import simulate
from engine.service.policies.why import why
from engine.service.projects.show import show_project
from engine.service.projects.update import update_project
from engine.service.reject import reject
from engine.service.report import report
from engine.service.resume import resume
from engine.service.services import Services
from engine.testing.builders import identifier
from engine.testing.engines import ALLOW, DENY, REVIEW
from engine.testing.runners import Fault
from tests.service.world import ADA, ADAS, BOB, World
from tests.tidy.tree import ROOT

pytestmark = pytest.mark.anyio

BOT = assistant("bob", "bot")
UNKNOWN = identifier(999)
Ask = Callable[[Services, Principal, str], Awaitable[object]]
# For those who may approve; all others are refused before an operation is looked at.
APPROVERS = {"approve": approve, "reject": reject}
ENTRIES: dict[str, Ask] = {
    "report": report,
    "compare": compare,
    "resume": resume,
    "cancel": cancel,
    "retry": retry,
    "forget": forget,
    "adopt": lambda s, p, i: adopt(s, p, i, "logs"),
    "why": why,
    "replay": replay,
    "simulate": lambda s, p, i: simulate(s, p, [], operation=i),
}


async def said(asked: Awaitable[object], operation_id: str) -> tuple[object, ...]:
    """Return the whole of a refusal, the id replaced."""
    with pytest.raises(EngineError) as refused:
        await asked
    error = refused.value
    words = [text.replace(operation_id, "ID") for text in (error.message, error.hint or "")]
    return (type(error), *words, error.field, dict(error.facts), error.untrusted)


@pytest.mark.requirement("4.security.35")
@pytest.mark.parametrize("entry", ENTRIES)
async def test_the_operation_of_another_is_answered_like_one_that_does_not_exist(
    world: World, entry: str
) -> None:
    ask = ENTRIES[entry]
    await world.govern(REVIEW)
    for operation in (
        await world.create(by=BOT),
        await world.create("more", {"name": "more"}, by=ADA),
        (await world.create("third", {"name": "third"}, by=assistant("ada", "another client"))),
    ):
        before = await world.stored(operation)
        unknown = await said(ask(world.services, ADAS, UNKNOWN), UNKNOWN)
        assert unknown[0] is NotFound
        assert await said(ask(world.services, ADAS, operation.id), operation.id) == unknown
        assert await world.stored(operation) == before


@pytest.mark.requirement("4.security.35")
@pytest.mark.parametrize("entry", APPROVERS)
async def test_who_may_not_approve_learns_nothing_by_trying(world: World, entry: str) -> None:
    await world.govern(REVIEW)
    waiting = await world.create(by=BOT)
    ask = APPROVERS[entry]
    unknown = await said(ask(world.services, ADAS, UNKNOWN), UNKNOWN)
    assert await said(ask(world.services, ADAS, waiting.id), waiting.id) == unknown


@pytest.mark.requirement("4.security.35")
def test_every_use_case_that_takes_the_id_of_an_operation_is_in_the_sweep() -> None:
    """The engine's own work, which no principal asks for, takes ids that it read from the store."""
    taking = ("visible_operation(", "find_recorded(", "find_operation(", "find_interrupted(")
    takes = {
        path.stem
        for path in (ROOT / "engine" / "service").rglob("*.py")
        if "principal: Principal" in (text := path.read_text()) and any(word in text for word in taking)
    }
    assert takes - {"lookup", "recorded", "find"} == {*ENTRIES, *APPROVERS}


@pytest.mark.requirement("4.security.35")
async def test_everybody_sees_their_own_and_who_may_approve_sees_all(world: World) -> None:
    await world.govern(REVIEW)
    mine, theirs = await world.create(), await world.create("more", {"name": "more"}, by=BOT)
    for principal, seen in ((ADAS, [mine.id]), (BOT, [theirs.id]), (ADA, [theirs.id, mine.id])):
        listed = await history(world.services, principal, "demo", limit=9)
        assert sorted(line.operation_id for line in listed.operations) == sorted(seen)
        shown = await show_project(world.services, principal, "demo")
        assert sorted(line.operation_id for line in shown.waiting) == sorted(seen)
        assert sorted(line.operation_id for line in shown.last) == sorted(seen)
        for operation_id in seen:
            assert (await report(world.services, principal, operation_id)).operation.id == operation_id


@pytest.mark.requirement("4.security.35")
async def test_what_was_interrupted_of_ones_own_is_told_however_much_of_others_is_newer(world: World) -> None:
    mine = await lost(world, "mine", ADAS)
    theirs = [await lost(world, f"theirs{n}", BOT) for n in range(INTERRUPTED_SHOWN_MAX)]
    for principal, seen in ((ADAS, [mine]), (BOT, theirs), (ADA, theirs)):
        told = await interrupted(world.services, principal)
        assert [each.operation.id for each in told] == [*reversed(seen)]


async def lost(world: World, name: str, by: Principal) -> str:
    """Return the id of an operation of which nobody knows what became."""
    world.engine.runner.fault = Fault(known=False)
    operation = await world.create(name, {"name": name}, by=by)
    assert operation.state is OperationState.INTERRUPTED
    return operation.id


async def test_a_person_approves_what_their_own_assistant_asked_for(world: World) -> None:
    await world.govern(REVIEW)
    waiting = await world.create()
    (found,) = (await show_project(world.services, ADA, "demo")).waiting
    assert (await approve(world.services, ADA, found.operation_id)).id == waiting.id
    done = await world.run(await resume(world.services, ADAS, waiting.id))
    assert done.state is OperationState.FINISHED


async def stored_part(world: World, whole: Operation, actor: Principal) -> str:
    part = whole.model_copy(
        update={"id": identifier(77), "actor": actor, "change_set_id": whole.id, "idempotency_key": None}
    )
    async with world.services.store.transaction() as transaction:
        await transaction.operations.add(part)
    return part.id


@pytest.mark.requirement("4.security.35")
async def test_the_parts_of_ones_own_change_set_are_seen_and_those_of_anothers_are_not(world: World) -> None:
    mine = await world.create()
    part = await stored_part(world, mine, BOB)
    assert (await report(world.services, ADAS, part)).operation.id == part
    with pytest.raises(NotFound):
        await report(world.services, BOT, part)


@pytest.mark.requirement("4.security.35")
async def test_what_is_recorded_of_policies_leaves_out_the_operations_of_others(world: World) -> None:
    await world.govern(ALLOW)
    await update_project(world.services, ADA, "demo", sample_policies=True)
    mine, theirs = await world.create(), await world.create("more", {"name": "more"}, by=BOT)
    samples = {each.operation_id: each for each in await list_samples(world.services, ADA, "rule")}
    assert samples.keys() == {mine.id, theirs.id}
    assert [s.operation_id for s in await list_samples(world.services, ADAS, "rule")] == [mine.id]
    with pytest.raises(NotFound):
        await show_sample(world.services, ADAS, samples[theirs.id].id)
    with pytest.raises(NotFound):
        await simulate(world.services, ADAS, [], sample=samples[theirs.id].id)
    assert (await show_sample(world.services, ADAS, samples[mine.id].id)).operation_id == mine.id

    async def hear(_done: int, _total: int) -> None: ...

    stricter = PolicySource(id="file", name="rule", version=0, rego_version=RegoVersion.V1, source=DENY)
    for principal, seen in ((ADAS, {mine.id}), (ADA, {mine.id, theirs.id})):
        told = await backtest(world.services, principal, stricter, projects=None, heard=hear)
        assert {change.operation_id for change in told.changes} == seen
