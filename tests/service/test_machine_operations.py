"""Operations against a small model: whatever people, policies, clocks and dying workers do, in any order.

10,000 steps are driven. What must hold after each stands in `machine_checks`; what is modelled here is what
persons may do: who may approve, what that leads to, and what was given up by whom.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from engine.core.auth.principals import Principal, PrincipalKind, person
from engine.core.limits import APPROVAL_TTL_SECONDS, LEASE_SECONDS
from engine.core.operations.operation import Accept, Operation
from engine.core.operations.states import RUNNING_STATES, OperationState
from engine.service import lease
from engine.service.approve import approve
from engine.service.cancel import cancel
from engine.service.create import create
from engine.service.delete import delete
from engine.service.eject import eject
from engine.service.expire_due import expire_due
from engine.service.projects.update import update_project
from engine.service.refresh import refresh
from engine.service.reject import reject
from engine.service.update import update
from engine.service.verify_audit import verify_audit
from tests.service.machine_desk import FATES, SOURCES, Desk
from tests.service.machine_stage import Fate
from tests.service.world import ADA, ADAS, BOB

S = OperationState
STEPS: Final = 10_000
TYPES: Final = {"a": "fake_bucket", "b": "fake_bucket", "n": "fake_network"}
CAROL, DAN = person("carol"), person("dan")
KINDS: Final = ("create", "update", "update", "replace", "delete", "refresh", "eject")
UNSETTLED: Final = {S.INTERRUPTED, *RUNNING_STATES}


N: Final = st.integers(0, 4)
APPROVERS: Final = (ADA, BOB, BOB, CAROL, CAROL, DAN, ADAS)
TIMES: Final = (1, LEASE_SECONDS - 1, LEASE_SECONDS, LEASE_SECONDS, 3_600, APPROVAL_TTL_SECONDS)
# What may be done, how often beside the others, and with what. One rule picks: of several, Hypothesis would
# leave some out of whole runs, and without requests or workers nothing happens.
MOVES: Final[Mapping[str, tuple[int, Mapping[str, st.SearchStrategy[Any]]]]] = {
    "ask": (
        10,
        {
            "name": st.sampled_from(sorted(TYPES)),
            "who": st.sampled_from((ADAS, ADAS, ADA, BOB)),
            "fate": st.sampled_from((*[None] * 10, *FATES)),
            "value": st.integers(0, 3),
            "kind": st.sampled_from(KINDS),
        },
    ),
    "carry_out": (7, {"n": N, "engine": st.integers(0, 1), "fate": st.sampled_from(FATES)}),
    "wake": (2, {"n": N, "killed": st.booleans()}),
    "give_approval": (
        9,
        {"n": N, "who": st.sampled_from(APPROVERS), "fate": st.sampled_from((None, *FATES))},
    ),
    "refuse": (1, {"n": N, "who": st.sampled_from((ADA, BOB))}),
    "give_up": (1, {"n": N}),
    "govern": (3, {"source": st.sampled_from(SOURCES)}),
    "relabel": (1, {"label": st.sampled_from(("env:dev", "env:prod"))}),
    "wait": (3, {"seconds": st.sampled_from(TIMES)}),
    "end_what_is_due": (1, {}),
    "meddle": (2, {"n": N, "removed": st.booleans()}),
}
NAMES: Final = tuple(name for name, (weight, _) in MOVES.items() for _ in range(weight))
MOVE: Final = st.sampled_from(NAMES).flatmap(
    lambda name: st.tuples(st.just(name), st.fixed_dictionaries(dict(MOVES[name][1])))
)


class Operations(Desk):
    """Two engines, four persons and an assistant, three resources."""

    @rule(move=MOVE)
    def step(self, move: tuple[str, dict[str, Any]]) -> None:
        """Do one thing, and count it."""
        name, arguments = move
        Desk.driven += 1
        getattr(self, name)(**arguments)

    def ask(self, name: str, who: Principal, fate: Fate | None, value: int, kind: str) -> None:
        """Ask for a resource, for a change of one that is there, or for its end."""
        about = (self.world.services, who, "demo")
        if value and name not in self.living():
            kind = "create"
        bucket = TYPES[name] == "fake_bucket"
        config: dict[str, Any] = {"name": name} if bucket else {"cidr": "10.0.0.0/8"}
        if kind == "update":
            config = {"tags": {"n": str(value)}}
        elif kind == "replace":
            config = {"name": f"{name}{value}"} if bucket else {"cidr": f"10.{value}.0.0/16"}
        made: dict[str, Any] = {"provider": "testing/fake", "resource_type": TYPES[name]}
        asked: dict[str, Callable[[], Awaitable[Operation]]] = {
            "create": partial(create, *about, resource_id=name, config=config, **made),
            "delete": partial(delete, *about, resource_id=name),
            "refresh": partial(refresh, *about, resource_id=name, accept=Accept.SAVE),
            "eject": partial(eject, *about, resource_id=name),
        }
        operation = self.call(asked.get(kind, partial(update, *about, resource_id=name, config=config)))
        assert operation.state is S.QUEUED
        if fate is not None:
            self.work(0, operation.id, fate)

    def carry_out(self, n: int, engine: int, fate: Fate) -> None:
        """Let a worker take an operation up, and meet its fate."""
        operation = self.pick(n, {S.QUEUED, S.READY_FOR_EXECUTION, *UNSETTLED})
        if operation is not None:
            self.carry_on(operation, engine, fate)

    def wake(self, n: int, killed: bool) -> None:  # noqa: FBT001 - drawn by name
        """Wake a worker that stands still, or kill it there."""
        if self.stalled:
            worker, future = self.stalled.pop(n % len(self.stalled))
            self.call(partial(self.go_on, worker, killed))
            self.follow(worker, future)

    def give_approval(self, n: int, who: Principal, fate: Fate | None) -> None:
        """Approve, who may and who may not; what is approved may be carried out at once."""
        operation = self.pick(n, {S.PENDING_REVIEW, S.READY_FOR_EXECUTION})
        if operation is None:
            return
        given = self.consents.setdefault((operation.id, operation.decision_id or ""), set())
        needed, named = self.demand(operation)
        may = (
            operation.state is S.PENDING_REVIEW
            and self.seconds_waited(operation) < APPROVAL_TTL_SECONDS
            and who.kind is PrincipalKind.USER
            and not (operation.actor.kind is PrincipalKind.USER and operation.actor.subject == who.subject)
            and who.subject not in given
            and who.subject in (named or {who.subject})
        )
        approved = self.attempt(partial(approve, self.world.services, who, operation.id))
        assert (approved is not None) is may
        if approved is not None:
            given.add(who.subject)
            enough = len(given) >= needed
            assert approved.state is (S.READY_FOR_EXECUTION if enough else S.PENDING_REVIEW)
            if enough and fate is not None:
                self.carry_on(approved, 1, fate)

    def refuse(self, n: int, who: Principal) -> None:
        """Reject what waits."""
        operation = self.pick(n, {S.PENDING_REVIEW, S.READY_FOR_EXECUTION})
        if operation is not None:
            rejected = self.call(partial(reject, self.world.services, who, operation.id))
            assert rejected.state is S.REJECTED

    def give_up(self, n: int) -> None:
        """Cancel whatever there is."""
        operation = self.pick(n, set(OperationState))
        if operation is None:
            return
        cancelled = self.attempt(partial(cancel, self.world.services, ADA, operation.id))
        # Who works on it hears of it, and stops.
        self.call(self.quiet)
        if cancelled is not None and cancelled.state is S.FAILED:
            # Who settles an operation without knowing its outcome answers for what it did.
            self.excused |= {(kind, name) for _, kind, name in self.stage.writes.of.get(operation.id, ())}

    def govern(self, source: str) -> None:
        """Attach a policy, or change what it says."""
        if not self.sources or self.sources[-1] != source:
            self.call(partial(self.world.govern, source))
            self.sources.append(source)

    def relabel(self, label: str) -> None:
        """Change the labels of the project."""
        self.call(partial(update_project, self.world.services, ADA, "demo", labels=(label,)))

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.world.engine.clock.advance(seconds)

    def end_what_is_due(self) -> None:
        """Expire what has waited too long, and nothing else."""
        for ended in self.call(partial(expire_due, self.world.services)):
            assert self.seconds_waited(ended) >= 0
        now = self.world.services.clock.now()
        for operation in self.operations():
            if operation.state is S.PENDING_REVIEW:
                assert self.seconds_waited(operation) < APPROVAL_TTL_SECONDS
            if operation.state is S.READY_FOR_EXECUTION:
                assert any(a.expires_at > now and not a.void for a in operation.approvals)

    def meddle(self, n: int, removed: bool) -> None:  # noqa: FBT001 - drawn by name
        """Change or remove an object behind the engine's back."""
        objects = self.world.engine.cloud.objects
        if objects:
            place = sorted(objects)[n % len(objects)]
            if removed:
                self.excused.add(place)
                del objects[place]
            else:
                objects[place]["tags"] = {"by": f"hand{n}"}

    @invariant()
    def nothing_is_amiss(self) -> None:
        """Check everything that must hold."""
        self.look()

    def teardown(self) -> None:
        """Wake everybody, settle everything, and look once more."""
        while self.stalled:
            self.wake(0, killed=False)
        self.world.engine.clock.advance(LEASE_SECONDS)
        for operation in self.operations():
            if operation.state in UNSETTLED:
                self.carry_on(operation, 0, Fate())
        self.look()
        assert not [o.id for o in self.operations() if o.state in RUNNING_STATES]
        assert self.call(partial(verify_audit, self.world.services, ADA)) > 0
        self.reached.update(entry.event for entry in self.stage.store.tables.audit)


@pytest.mark.requirement("4.7.machine")
def test_ten_thousand_steps_of_people_policies_clocks_and_dying_workers_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Real time plays no part: leases are not renewed, and what is asked of a worker is heard at once.
    monkeypatch.setattr(lease, "CANCEL_LOOK_SECONDS", 1e6)
    monkeypatch.setattr(lease, "LEASE_RENEW_SECONDS", 1e6)
    Desk.driven = 0
    Desk.reached.clear()
    bounds = settings(
        max_examples=100,
        stateful_step_count=50,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with start_blocking_portal("asyncio") as portal:
        Desk.portal = portal
        while Desk.driven < STEPS:
            run_state_machine_as_test(Operations, settings=bounds)
    assert Desk.driven >= STEPS
    # All of it happened, and not only what goes well.
    everything = {state.value for state in OperationState} - {"PLANNING", "DECIDING", "APPLYING", "STOPPED"}
    assert everything | {"stalled", "died", "refused", "operation.approved"} <= set(+Desk.reached)
