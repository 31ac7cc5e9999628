"""The turn of one change: planned again, now that everything it needs is there, and applied if it may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.core.errors import Conflict, EngineError
from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import OperationEvent
from engine.core.plans.plan import Plan
from engine.core.plans.settling import settles
from engine.core.policy.decision import Outcome
from engine.core.policy.united import asks_no_more
from engine.ports.runner import Progress
from engine.ports.store import Transaction
from engine.service.change import change
from engine.service.change_sets.bound import Bound, bound_now
from engine.service.change_sets.decide import with_real_values
from engine.service.change_sets.draft import Draft, Drafts
from engine.service.consent import bound_digest
from engine.service.fail import fail
from engine.service.journal import advance
from engine.service.judge import Judgement, SetView, judge
from engine.service.known import require_uncrossed
from engine.service.lease import claim, held
from engine.service.lookup import find_operation
from engine.service.policies.keep_samples import keep_samples
from engine.service.prepare import Prepared
from engine.service.services import Services


@dataclass(frozen=True)
class Turns:
    """The changes of a set that is being applied.

    Attributes:
        drafts: what was decided about.
        view: that, as the policies saw it.
        members: the operations of the changes, held until their turn.
        by: key of who has the set taken up.
    """

    services: Services
    drafts: Drafts
    view: SetView
    members: Mapping[str, Operation]
    by: str
    progress: Progress

    async def take(self, name: str) -> Operation:
        """Carry out one change, and return its operation as it ended.

        Raises:
            StoreFailed, Conflict: its end could not be recorded.
        """
        member = self.members[name]
        try:
            claimed = await claim(self.services, member, OperationEvent.RESUME, self.by)
        except Conflict as refused:
            async with self.services.store.transaction() as transaction:
                error = OperationError.of(refused)
                return await advance(self.services, transaction, member, OperationEvent.CANCEL, error=error)
        async with held(self.services, claimed) as holding:
            try:
                return await change(self.services, claimed, self.progress, holding, self._gate)
            except EngineError as error:
                return await fail(self.services, claimed, error)
        # Somebody has cancelled it, which the set alone may be.
        async with self.services.store.transaction() as transaction:
            return await find_operation(transaction, claimed.id)

    async def _gate(
        self, services: Services, operation: Operation, prepared: Prepared, plan: Plan
    ) -> Operation:
        """Move a DECIDING change on: to APPLYING, or to its end.

        Raises:
            Conflict: the plan differs from what was decided about by more than what was unknown then.
        """
        draft = self.drafts[operation.resource_id]
        async with services.store.transaction() as transaction:
            bound = await bound_now(services, transaction, operation, prepared, plan)
            # INVARIANT: what is applied unasked is exactly what was decided, under the same policies.
            if bound.plan_digest == self.members[operation.resource_id].plan_digest:
                return await self._begin(transaction, operation, prepared, OperationEvent.APPROVED)
        if not settles(draft.plan, plan):
            raise Conflict(
                f"the plan of {operation.resource_id} is another one than the change set was decided with",
                field="resource_id",
                hint="resume the change set: it is planned and decided anew",
                facts={"decided": draft.plan.summary, "now": plan.summary},
            )
        return await self._ask_again(operation, prepared, plan, bound)

    async def _ask_again(
        self, operation: Operation, prepared: Prepared, plan: Plan, bound: Bound
    ) -> Operation:
        services = self.services
        now = Draft(operation=operation, prepared=prepared, plan=plan)
        view = with_real_values(self.view, now)
        judged = await judge(services, operation, prepared, plan, bound.binding, view)
        async with services.store.transaction() as transaction:
            again = await bound_now(services, transaction, operation, prepared, plan)
            if again.binding.digest == bound.binding.digest:
                return await self._follow(transaction, operation, prepared, judged, bound)
        return await self._ask_again(operation, prepared, plan, again)

    async def _follow(
        self,
        transaction: Transaction,
        operation: Operation,
        prepared: Prepared,
        judged: Judgement,
        bound: Bound,
    ) -> Operation:
        services, outcome = self.services, judged.decision.outcome
        decision_id = services.ids.new()
        await transaction.decisions.add(decision_id, operation.id, judged.decision, judged.policy_input)
        await keep_samples(services, transaction, operation, judged.decision, judged.policy_input)
        fields = {"decision_id": decision_id, **bound.fields}
        if outcome is Outcome.DENIED:
            return await advance(
                services, transaction, operation, OperationEvent.DENY, facts=judged.facts, **fields
            )
        seen = await self._seen(transaction, operation, prepared, judged, bound)
        if outcome is Outcome.PENDING_REVIEW and not seen:
            return await advance(
                services, transaction, operation, OperationEvent.FAIL, error=_UNSEEN, **fields
            )
        event = OperationEvent.ALLOW if outcome is Outcome.ALLOWED else OperationEvent.APPROVED
        return await self._begin(transaction, operation, prepared, event, facts=judged.facts, **fields)

    async def _seen(
        self,
        transaction: Transaction,
        operation: Operation,
        prepared: Prepared,
        judged: Judgement,
        bound: Bound,
    ) -> bool:
        """Tell whether the persons who consented to the set knew of all that the policies now ask for.

        INVARIANT: a consent covers values that had to become known, and no reason or demand that came with
        them, nor other policies, settings or labels.
        """
        held, draft = self.members[operation.resource_id], self.drafts[operation.resource_id]
        if bound_digest(operation, prepared, draft.plan, bound.binding) != held.plan_digest:
            return False
        first = None if held.decision_id is None else await transaction.decisions.find(held.decision_id)
        return first is not None and asks_no_more(judged.decision, first)

    async def _begin(
        self,
        transaction: Transaction,
        operation: Operation,
        prepared: Prepared,
        event: OperationEvent,
        **fields: Any,  # noqa: ANN401 - what `advance` takes
    ) -> Operation:
        await require_uncrossed(transaction, operation, prepared.depends_on, self.services.clock.now())
        return await advance(self.services, transaction, operation, event, **fields)


_UNSEEN: Final = OperationError(
    code="conflict",
    message="with the values that are known now, the policies want a person to look at it",
    hint="resume the change set: what is left of it then waits for approval",
)
