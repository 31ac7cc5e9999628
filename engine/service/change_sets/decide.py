"""Putting a whole change set before the policies: a decision for each change, and one outcome for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import anyio

from engine.core.approvals import voided
from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import OperationEvent
from engine.core.policy.decision import Outcome
from engine.core.policy.input import ChangeInput, ChangeSetInput
from engine.core.policy.united import united, united_digest
from engine.ports.store import Transaction
from engine.service.change_sets.bound import Bound, bound_now
from engine.service.change_sets.draft import Draft, Drafts
from engine.service.change_sets.members import NOT_BEGUN, is_done, newest_members
from engine.service.change_sets.withdraw import withdraw
from engine.service.consent import spent
from engine.service.input import change_of, redacted_change
from engine.service.journal import advance
from engine.service.judge import Judgement, SetView, judge
from engine.service.lookup import find_operation
from engine.service.policies.keep_samples import keep_samples
from engine.service.secrecy import Secrets
from engine.service.services import Services

_VOID: Final = "the plans of the change set, or the policies, are others"


def view_of(change_set: Operation, drafts: Drafts) -> SetView:
    """Return the set as the policies see it."""
    seen = [change_of(d.operation, d.prepared, d.plan) for d in drafts.values()]
    shown = [redacted_change(each, d.plan) for each, d in zip(seen, drafts.values(), strict=True)]
    secret: set[str] = set()
    for draft in drafts.values():
        secret.update(draft.prepared.secrets_planned(draft.plan).values)
    size = len(change_set.request.changes)
    return SetView(
        seen=ChangeSetInput(id=change_set.id, size=size, changes=tuple(seen)),
        shown=ChangeSetInput(id=change_set.id, size=size, changes=tuple(shown)),
        secrets=Secrets(tuple(sorted(secret, key=len, reverse=True))),
    )


def with_real_values(view: SetView, draft: Draft) -> SetView:
    """Return a view in which one change is as it was planned at its turn."""
    real = change_of(draft.operation, draft.prepared, draft.plan)
    secret = {*view.secrets.values, *draft.prepared.secrets_planned(draft.plan).values}
    return SetView(
        seen=_in_place(view.seen, real),
        shown=_in_place(view.shown, redacted_change(real, draft.plan)),
        secrets=Secrets(tuple(sorted(secret, key=len, reverse=True))),
    )


def _in_place(whole: ChangeSetInput, real: ChangeInput) -> ChangeSetInput:
    changes = [real if each.resource_id == real.resource_id else each for each in whole.changes]
    return whole.model_copy(update={"changes": tuple(changes)})


async def decide_set(services: Services, change_set: Operation, drafts: Drafts) -> Operation:
    """Move a DECIDING set and its changes on: the set to APPLYING, or to where it waits or ends.

    A set whose plans a person has approved exactly so, under exactly these policies, is not decided again.
    """
    async with services.store.transaction() as transaction:
        if await _unwanted(transaction, change_set):
            return await withdraw(services, transaction, change_set)
        ruling = await _Ruling.begun(services, transaction, change_set, drafts)
        approvals = spent(change_set, ruling.digests["plan_digest"], services.clock.now())
        if approvals is not None and not change_set.request.dry_run:
            await ruling.hold(transaction, {})
            return await advance(
                services,
                transaction,
                change_set,
                OperationEvent.APPROVED,
                approvals=approvals,
                **ruling.digests,
            )
    judged = await ruling.judged()
    async with services.store.transaction() as transaction:
        if await _unwanted(transaction, change_set):
            return await withdraw(services, transaction, change_set)
        now = await _Ruling.begun(services, transaction, change_set, drafts)
        # INVARIANT: nothing is applied on the word of policies that had been changed by then.
        if now.digests["policy_digest"] == ruling.digests["policy_digest"]:
            return await ruling.follow(transaction, judged)
    return await decide_set(services, change_set, drafts)


async def _unwanted(transaction: Transaction, change_set: Operation) -> bool:
    return (await find_operation(transaction, change_set.id)).cancellation is not None


@dataclass(frozen=True)
class _Ruling:
    """A set before its policies, with what binds each of its changes."""

    services: Services
    change_set: Operation
    drafts: Drafts
    bound: Mapping[str, Bound]

    @classmethod
    async def begun(
        cls, services: Services, transaction: Transaction, change_set: Operation, drafts: Drafts
    ) -> Self:
        """Look up what binds each change now."""
        bound = {
            name: await bound_now(services, transaction, draft.operation, draft.prepared, draft.plan)
            for name, draft in drafts.items()
        }
        return cls(services, change_set, drafts, bound)

    @property
    def digests(self) -> dict[str, Any]:
        """What an approval of the set is bound to."""
        return {
            "plan_digest": united_digest({name: each.plan_digest for name, each in self.bound.items()}),
            "policy_digest": united_digest({n: each.binding.digest for n, each in self.bound.items()}),
        }

    async def judged(self) -> Mapping[str, Judgement]:
        """Ask the policies about every change that changes something; the pool bounds how many at once."""
        view = view_of(self.change_set, self.drafts)
        found: dict[str, Judgement] = {}

        async def ask(name: str, draft: Draft) -> None:
            bound = self.bound[name].binding
            found[name] = await judge(self.services, draft.operation, draft.prepared, draft.plan, bound, view)

        async with anyio.create_task_group() as tasks:
            for name, draft in self.drafts.items():
                if not draft.idle:
                    tasks.start_soon(ask, name, draft)
        return {name: found[name] for name in self.drafts if name in found}

    async def follow(self, transaction: Transaction, judged: Mapping[str, Judgement]) -> Operation:
        """Keep the decisions, and move the set and its changes where they say."""
        services = self.services
        whole = united({name: each.decision for name, each in judged.items()})
        ids = {name: services.ids.new() for name in judged}
        for name, each in judged.items():
            operation = self.drafts[name].operation
            await transaction.decisions.add(ids[name], operation.id, each.decision, each.policy_input)
            await keep_samples(services, transaction, operation, each.decision, each.policy_input)
        event = await self._event(transaction, whole.outcome)
        denied = sorted(n for n, each in judged.items() if each.decision.outcome is Outcome.DENIED)
        if event in (OperationEvent.DENY, OperationEvent.STOP, OperationEvent.DECIDED):
            await self._end(transaction, ids, denied, event)
        else:
            await self.hold(transaction, ids)
        decision_id = services.ids.new()
        # The input of each change is kept with its own decision.
        await transaction.decisions.add(
            decision_id, self.change_set.id, whole, {"change_set": {"id": self.change_set.id}}
        )
        return await advance(
            services,
            transaction,
            self.change_set,
            event,
            facts={"changes": [*sorted(self.drafts)], "denied": [*denied]},
            decision_id=decision_id,
            approvals=voided(self.change_set.approvals, _VOID, services.clock.now()),
            demands=whole.demands if event is OperationEvent.REVIEW else (),
            error=_denied(denied) if event is OperationEvent.STOP else None,
            **self.digests,
        )

    async def hold(self, transaction: Transaction, ids: Mapping[str, str]) -> None:
        """Let every change wait for its turn; `ids` are of the decisions that were made just now."""
        for name, draft in self.drafts.items():
            fields = self.bound[name].fields | ({"decision_id": ids[name]} if name in ids else {})
            await advance(self.services, transaction, draft.operation, OperationEvent.HOLD, **fields)

    async def _event(self, transaction: Transaction, outcome: Outcome) -> OperationEvent:
        if self.change_set.request.dry_run:
            return OperationEvent.DECIDED
        if outcome is Outcome.DENIED:
            members = await newest_members(transaction, self.change_set)
            return OperationEvent.STOP if any(map(is_done, members.values())) else OperationEvent.DENY
        return OperationEvent.REVIEW if outcome is Outcome.PENDING_REVIEW else OperationEvent.ALLOW

    async def _end(
        self, transaction: Transaction, ids: Mapping[str, str], denied: Sequence[str], event: OperationEvent
    ) -> None:
        """End every change of a set that was denied, or that was a dry run."""
        for name, draft in self.drafts.items():
            fields = self.bound[name].fields | {"decision_id": ids.get(name)}
            own = event
            if event is not OperationEvent.DECIDED:
                own = OperationEvent.DENY if name in denied else OperationEvent.CANCEL
                fields |= {} if name in denied else {"error": NOT_BEGUN}
            await advance(self.services, transaction, draft.operation, own, **fields)


def _denied(names: Sequence[str]) -> OperationError:
    return OperationError(
        code="change_set_stopped",
        message=f"the policies deny what is left of the set: {', '.join(names)}",
        hint="resume it when the policies allow it, or cancel what is left",
        facts={"denied": [*names]},
    )
