"""What is published of a change set beside its operation: each change with its plan, outcome and state."""

from pydantic import BaseModel, ConfigDict

from engine.core.operations.operation import Operation, OperationError, OperationKind
from engine.core.operations.states import OperationState
from engine.core.policy.decision import Outcome
from engine.ports.store import Transaction
from engine.service.change_sets.conclude import Standing
from engine.service.change_sets.members import newest_members


class ReportedChange(BaseModel):
    """One change of a set.

    Attributes:
        operation_id, state: of the operation that carries it out; None before it was planned.
        step: changes are done in the order of their steps, counted from 1; 0 before that is known.
        plan: what would happen in one line.
        outcome: what the policies said about it; None where they were not asked.
    """

    model_config = ConfigDict(frozen=True)

    resource_id: str
    resource_type: str
    kind: OperationKind
    operation_id: str | None
    state: OperationState | None
    step: int
    plan: str
    outcome: Outcome | None
    error: OperationError | None


class ReportedSet(BaseModel):
    """The changes of a set, in the order of the request, and how far they came in one line."""

    model_config = ConfigDict(frozen=True)

    total: int
    done: int
    failed: tuple[str, ...]
    outcome_not_known: tuple[str, ...]
    summary: str
    changes: tuple[ReportedChange, ...]

    def shortened(self, most: int) -> "ReportedSet":
        """Return it with at most so many changes; those that failed or were denied are kept first."""
        ranked = sorted(range(len(self.changes)), key=lambda place: (_rank(self.changes[place]), place))
        kept = sorted(ranked[:most])
        return self.model_copy(update={"changes": tuple(self.changes[place] for place in kept)})


async def reported_set(transaction: Transaction, operation: Operation) -> ReportedSet | None:
    """Return what is published of a set; None for what is none."""
    if operation.kind is not OperationKind.CHANGE_SET:
        return None
    members = await newest_members(transaction, operation)
    standing = Standing.of(operation, members)
    changes = []
    for change in operation.request.changes:
        member = members.get(change.resource_id)
        decision_id = None if member is None else member.decision_id
        decision = None if decision_id is None else await transaction.decisions.find(decision_id)
        plan = None if member is None else member.plan_summary
        changes.append(
            ReportedChange(
                resource_id=change.resource_id,
                resource_type=change.resource_type if member is None else member.resource_type,
                kind=change.kind,
                operation_id=None if member is None else member.id,
                state=None if member is None else member.state,
                step=0 if member is None else member.change_set_step,
                plan="" if plan is None else plan.summary,
                outcome=None if decision is None else decision.outcome,
                error=None if member is None else member.error,
            )
        )
    return ReportedSet(
        total=len(changes),
        done=len(standing.done),
        failed=standing.failed,
        outcome_not_known=standing.unknown,
        summary=_summary(operation, standing),
        changes=tuple(changes),
    )


def _summary(operation: Operation, standing: Standing) -> str:
    if operation.request.dry_run and operation.state is OperationState.FINISHED:
        return "a dry run: nothing was changed"
    if operation.state is OperationState.APPLYING:
        return f"{len(standing.done)} of {len(operation.request.changes)} changes are done so far"
    return standing.summary


def _rank(change: ReportedChange) -> int:
    if change.state in (OperationState.FAILED, OperationState.INTERRUPTED, OperationState.DENIED):
        return 0
    return 2 if change.outcome in (None, Outcome.ALLOWED) else 1
