"""The operation machine: its table against the contract, every move, and what a move notes."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.core.errors import Conflict
from engine.core.operations.interruption import Interruption
from engine.core.operations.machine import move
from engine.core.operations.operation import OperationKind
from engine.core.operations.states import (
    FINAL_STATES,
    RUNNING_STATES,
    TRANSITIONS,
    OperationEvent,
    OperationState,
    diagram,
)
from tests.unit.operation_stage import START, operation

AT = START + timedelta(minutes=1)

# The contract's diagram (contracts, section 1), move by move, in its own words.
CONTRACT = {
    ("QUEUED", "plan"): "PLANNING",
    ("QUEUED", "cancel"): "CANCELLED",
    ("PLANNING", "planned"): "DECIDING",
    ("PLANNING", "plan error"): "FAILED",
    ("PLANNING", "nothing to change"): "FINISHED",
    ("DECIDING", "denied"): "DENIED",
    ("DECIDING", "undecided/review"): "PENDING_REVIEW",
    ("DECIDING", "allowed"): "APPLYING",
    ("PENDING_REVIEW", "approve"): "READY_FOR_EXECUTION",
    ("PENDING_REVIEW", "reject"): "REJECTED",
    ("PENDING_REVIEW", "expire"): "EXPIRED",
    ("PENDING_REVIEW", "cancel"): "CANCELLED",
    ("READY_FOR_EXECUTION", "resume"): "PLANNING",
    ("APPLYING", "ok"): "FINISHED",
    ("APPLYING", "error"): "FAILED",
    ("APPLYING", "worker lost"): "INTERRUPTED",
    ("INTERRUPTED", "recovered"): "FINISHED",
    ("INTERRUPTED", "not recovered"): "FAILED",
}
# What the contract says beside its diagram, and what its states' theory (`states`) adds to it.
BESIDE = {
    # "A dry run ends after DECIDING and reports plan and decision."
    ("DECIDING", "dry run"): "FINISHED",
    # A resumed operation is planned again; the plan that was approved is then applied.
    ("DECIDING", "approved plan again"): "APPLYING",
    # A request that cannot be planned at all, and a failing gate.
    ("QUEUED", "plan error"): "FAILED",
    ("DECIDING", "error"): "FAILED",
    # A worker lost before there was an effect.
    ("PLANNING", "worker lost"): "FAILED",
    ("DECIDING", "worker lost"): "FAILED",
    # An approval takes nobody's right to refuse.
    ("READY_FOR_EXECUTION", "reject"): "REJECTED",
    ("READY_FOR_EXECUTION", "expire"): "EXPIRED",
    ("READY_FOR_EXECUTION", "cancel"): "CANCELLED",
    # Whoever asked may change their mind while nothing has begun.
    ("PLANNING", "cancel"): "CANCELLED",
    ("DECIDING", "cancel"): "CANCELLED",
    # One consent of several.
    ("PENDING_REVIEW", "one of several approves"): "PENDING_REVIEW",
    # A change of a set waits for its turn; a set stops at a failure and goes on when it is resumed.
    ("DECIDING", "decided in a set"): "READY_FOR_EXECUTION",
    ("APPLYING", "a change failed"): "STOPPED",
    # One that has done something cannot end as if nothing had been done.
    ("PLANNING", "a change failed"): "STOPPED",
    ("DECIDING", "a change failed"): "STOPPED",
    ("PENDING_REVIEW", "a change failed"): "STOPPED",
    ("READY_FOR_EXECUTION", "a change failed"): "STOPPED",
    # What was in doubt of it is settled, and not all is done.
    ("INTERRUPTED", "a change failed"): "STOPPED",
    ("STOPPED", "resume"): "PLANNING",
    ("STOPPED", "given up"): "FAILED",
    # A person has looked: nothing was done.
    ("INTERRUPTED", "not done"): "PLANNING",
}
EVENT_OF = {
    "plan": OperationEvent.PLAN,
    "planned": OperationEvent.PLANNED,
    "nothing to change": OperationEvent.UNCHANGED,
    "plan error": OperationEvent.FAIL,
    "error": OperationEvent.FAIL,
    "not recovered": OperationEvent.FAIL,
    "given up": OperationEvent.FAIL,
    "decided in a set": OperationEvent.HOLD,
    "one of several approves": OperationEvent.CONSENT,
    "a change failed": OperationEvent.STOP,
    "not done": OperationEvent.RETRY,
    "denied": OperationEvent.DENY,
    "undecided/review": OperationEvent.REVIEW,
    "allowed": OperationEvent.ALLOW,
    "dry run": OperationEvent.DECIDED,
    "approved plan again": OperationEvent.APPROVED,
    "approve": OperationEvent.APPROVE,
    "reject": OperationEvent.REJECT,
    "expire": OperationEvent.EXPIRE,
    "cancel": OperationEvent.CANCEL,
    "resume": OperationEvent.RESUME,
    "ok": OperationEvent.APPLIED,
    "worker lost": OperationEvent.LOSE,
    "recovered": OperationEvent.RECOVER,
}
MODEL = {
    (OperationState(state), EVENT_OF[word]): OperationState(following)
    for (state, word), following in {**CONTRACT, **BESIDE}.items()
}


@pytest.mark.requirement("2.3.machine")
def test_the_table_is_the_contract_s_diagram_and_what_stands_beside_it() -> None:
    assert dict(TRANSITIONS) == MODEL


@pytest.mark.requirement("2.3.machine")
@pytest.mark.parametrize("event", OperationEvent)
@pytest.mark.parametrize("state", OperationState)
def test_each_event_in_each_state_moves_as_the_model_says_or_is_a_conflict(
    state: OperationState, event: OperationEvent
) -> None:
    before = operation(state)
    following = MODEL.get((state, event))
    if following is not None:
        assert move(before, event, AT).state is following
        return
    with pytest.raises(Conflict) as caught:
        move(before, event, AT)
    assert caught.value.message == f"operation 018f is {state.value}: {event.value} is not possible now"
    assert caught.value.facts == {"state": state.value}
    assert caught.value.field == "operation_id"
    assert caught.value.hint


def test_final_states_are_the_refusals_and_the_two_ends() -> None:
    names = {"FINISHED", "FAILED", "DENIED", "REJECTED", "EXPIRED", "CANCELLED"}
    assert {state.value for state in FINAL_STATES} == names
    assert {state.value for state in RUNNING_STATES} == {"PLANNING", "DECIDING", "APPLYING"}


def test_only_a_verdict_or_an_approved_plan_leads_to_an_effect() -> None:
    into = {pair for pair, following in TRANSITIONS.items() if following is OperationState.APPLYING}
    assert into == {
        (OperationState.DECIDING, OperationEvent.ALLOW),
        (OperationState.DECIDING, OperationEvent.APPROVED),
    }


NOTED = {
    "planned_at": {"planned", "unchanged"},
    "decided_at": {"decided", "deny", "review", "allow", "approved", "hold"},
    "applied_at": {"applied", "recover"},
}


@pytest.mark.parametrize(("state", "event"), MODEL)
def test_each_move_notes_its_moment_and_only_that(state: OperationState, event: OperationEvent) -> None:
    before, following = operation(state), MODEL[state, event]
    update: dict[str, object] = {name: AT for name, events in NOTED.items() if event in events}
    if following in FINAL_STATES:
        update["finished_at"] = AT
        # No schema has told what of it is secret.
        update["request"] = before.request.model_copy(update={"config": None})
    if following not in RUNNING_STATES:
        update |= {"lease": "", "lease_expires_at": None}
    if following is OperationState.INTERRUPTED:
        update["interruption"] = Interruption()
    assert move(before, event, AT) == before.model_copy(update={**update, "state": following})


class Machine(RuleBasedStateMachine):
    """Random walks through the real machine, beside the model written from the contract."""

    @initialize()
    def begin(self) -> None:
        """Begin with a new request."""
        self.operation = operation()
        self.model = OperationState.QUEUED
        self.now = START
        self.trail: list[OperationEvent] = []

    @rule(event=st.sampled_from(OperationEvent))
    def anything(self, event: OperationEvent) -> None:
        """Let any event happen: it moves as the model says, or is refused."""
        self._happen(event, (self.model, event) in MODEL)

    @precondition(lambda self: self.model not in FINAL_STATES)
    @rule(data=st.data())
    def something_legal(self, data: st.DataObject) -> None:
        """Let an event happen that the model allows."""
        event = data.draw(st.sampled_from(sorted(e for s, e in MODEL if s is self.model)))
        self._happen(event, legal=True)

    def _happen(self, event: OperationEvent, legal: bool) -> None:  # noqa: FBT001 - what the model says
        self.now += timedelta(seconds=1)
        taken = {"lease": "host:1:0", "lease_expires_at": self.now}
        if not legal:
            with pytest.raises(Conflict):
                move(self.operation, event, self.now, **taken)
            return
        self.model = MODEL[self.model, event]
        self.operation = move(self.operation, event, self.now, **taken)
        self.trail.append(event)

    @invariant()
    def it_stands_where_the_model_stands(self) -> None:
        """The states agree."""
        assert self.operation.state is self.model

    @invariant()
    def only_running_operations_hold_a_lease(self) -> None:
        """A lease is held in the running states and in no other."""
        running = self.model in {"PLANNING", "DECIDING", "APPLYING"}
        assert bool(self.operation.lease) == (self.operation.lease_expires_at is not None) == running

    @invariant()
    def its_times_tell_what_happened(self) -> None:
        """Each time is set when, and only when, its event happened."""
        assert (self.operation.finished_at is not None) == (self.model in FINAL_STATES)
        for name, events in NOTED.items():
            assert (getattr(self.operation, name) is not None) == bool(events & set(self.trail))

    @invariant()
    def an_effect_follows_the_last_verdict(self) -> None:
        """Nothing is applied but straight after a verdict or an approved plan."""
        if OperationEvent.APPLIED in self.trail:
            assert self.trail[self.trail.index(OperationEvent.APPLIED) - 1] in {"allow", "approved"}


test_the_machine_walks_with_the_model = Machine.TestCase


def test_the_docs_show_the_diagram_that_the_table_gives() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/operations.md").read_text("utf-8")
    assert f"```mermaid\n{diagram()}\n```\n" in page
    for state in OperationState:
        assert f"| `{state.value}` |" in page
    for event in OperationEvent:
        assert f"| `{event.value}` |" in page


def test_an_operation_says_what_it_is_about() -> None:
    assert (operation().kind, operation().resource_id) == (OperationKind.CREATE, "logs")
