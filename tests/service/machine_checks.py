"""What must hold after every step of the state machine, whatever became of the workers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from engine.core.approvals import Approval
from engine.core.audit import AuditEntry
from engine.core.auth.principals import PrincipalKind
from engine.core.limits import APPROVAL_TTL_SECONDS
from engine.core.operations.operation import Operation
from engine.core.operations.states import RUNNING_STATES, TRANSITIONS, OperationEvent, OperationState
from engine.core.policy.decision import Outcome
from engine.core.resources import Resource
from engine.testing.tables import Tables
from tests.service.world import World

_PREFIX: Final = "operation."
_PERMITS: Final = {OperationEvent.ALLOW, OperationEvent.APPROVED}


async def require_permission(world: World, operation_id: str) -> None:
    """Check, before an effect, that policies allowed it, or persons approved it under those policies."""
    async with world.services.store.transaction() as transaction:
        operation = await transaction.operations.find(operation_id)
        assert operation is not None
        decision = await transaction.decisions.find(operation.decision_id or "")
        entries = [e for e in await transaction.audit.entries() if e.subject == operation_id]
    assert operation.state in (OperationState.APPLYING, OperationState.INTERRUPTED)
    permit = [e for e in entries if e.event in {f"{_PREFIX}{each.value}" for each in _PERMITS}][-1]
    assert permit.facts["plan_digest"] == operation.plan_digest
    assert permit.facts["policy_digest"] == operation.policy_digest
    assert decision is not None
    assert decision.policy_digest == operation.policy_digest
    if permit.event == f"{_PREFIX}{OperationEvent.ALLOW.value}":
        assert decision.outcome is Outcome.ALLOWED
        return
    assert decision.outcome is Outcome.PENDING_REVIEW
    used = [a for a in operation.approvals if a.used_at == permit.at]
    names = {a.approver for a in used}
    for demand in decision.demands:
        assert len({name for name in names if name in (demand.approvers or names)}) >= demand.approvals
    assert names, "somebody has to have consented"
    for approval in used:
        assert approval.plan_digest == operation.plan_digest
        assert not approval.void
        assert 0 <= (permit.at - approval.given_at).total_seconds() < APPROVAL_TTL_SECONDS
    if operation.actor.kind is PrincipalKind.USER:
        assert operation.actor.subject not in names


class Watcher:
    """Sees every state of the store, and remembers what may not change."""

    def __init__(self) -> None:
        self.states: dict[str, OperationState] = {}
        self._tokens: Counter[str] = Counter()
        self._used: dict[tuple[str, int], Approval] = {}
        self._permits: Counter[str] = Counter()
        self._heard = 0
        self._last: dict[str, Operation] = {}

    def look(self, tables: Tables) -> None:
        """Check all operations against what was seen before."""
        self._follow(tables.audit)
        operations = tables.operations.values()
        running = Counter(o.resource_id for o in operations if o.state in RUNNING_STATES)
        assert all(count == 1 for count in running.values()), "one operation runs on a resource"
        for operation in operations:
            # What was not written since the last look is as it was.
            if self._last.get(operation.id) is operation:
                continue
            self._last[operation.id] = operation
            assert self.states[operation.id] is operation.state, "each move has its audit entry"
            assert operation.fencing_token >= self._tokens[operation.id]
            self._tokens[operation.id] = operation.fencing_token
            works = operation.state in RUNNING_STATES
            assert (bool(operation.lease), operation.lease_expires_at is not None) == (works, works)
            self._approvals(operation)
            _journal(tables, operation)

    def permits(self, operation_id: str) -> int:
        """Return how often an effect of an operation was allowed or approved."""
        return self._permits[operation_id]

    def _follow(self, entries: Sequence[AuditEntry]) -> None:
        for entry in entries[self._heard :]:
            if not entry.event.startswith(_PREFIX):
                continue
            word = entry.event.removeprefix(_PREFIX)
            if word == "proposed":
                self.states[entry.subject] = OperationState.QUEUED
                continue
            if word not in set(OperationEvent):
                continue
            event = OperationEvent(word)
            self.states[entry.subject] = TRANSITIONS[self.states[entry.subject], event]
            self._permits[entry.subject] += event in _PERMITS
        self._heard = len(entries)

    def _approvals(self, operation: Operation) -> None:
        for number, approval in enumerate(operation.approvals):
            key = (operation.id, number)
            if key in self._used:
                assert approval == self._used[key], "an approval is used once"
            elif approval.used_at is not None:
                self._used[key] = approval
                effects = {a.used_at for a in operation.approvals if a.used_at is not None}
                assert len(effects) <= self._permits[operation.id]


def _journal(tables: Tables, operation: Operation) -> None:
    steps = [step for key, step in sorted(tables.steps.items()) if key[0] == operation.id]
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    tokens = [step.fencing_token for step in steps]
    assert tokens == sorted(tokens)
    unended = [step for step in steps if step.outcome is None]
    works = operation.state in (OperationState.PLANNING, OperationState.APPLYING)
    assert unended == (steps[-1:] if works else [])


def require_agreement(
    operations: Iterable[Operation],
    living: Mapping[str, Resource],
    objects: Mapping[tuple[str, str], str],
    excused: set[tuple[str, str]],
) -> None:
    """Check that nothing is lost and nothing doubled, where nothing is under way.

    Args:
        operations: all.
        living: the resources as remembered, by id.
        objects: the id of the resource that each object in the cloud was made for.
        excused: objects that a person gave up, ejected or removed, and of which no record has to tell.
    """
    unsettled = {
        o.resource_id
        for o in operations
        if o.state in RUNNING_STATES or o.state is OperationState.INTERRUPTED
    }
    told = {
        (r.resource_type, r.state.object_id or ""): name
        for name, r in living.items()
        if r.state is not None and name not in unsettled
    }
    for place, name in objects.items():
        if name not in unsettled and place not in excused:
            assert told.get(place) == name, f"{place} is lost to {name}"
    for place, name in told.items():
        assert place in objects or place in excused, f"{name} remembers {place}, which is not there"
