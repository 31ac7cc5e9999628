"""Finding what was recorded of a decision, and the exact versions that made it. Decides nothing."""

from dataclasses import dataclass

from engine.core.auth.principals import Principal
from engine.core.errors import Conflict, NotFound
from engine.core.ids import parse_operation_id
from engine.core.operations.operation import OperationKind
from engine.core.operations.recorded import RecordedDecision
from engine.core.policy.decision import Decision, PolicyAnswer
from engine.core.policy.policies import PolicyVersion
from engine.ports.store import Transaction
from engine.service.lookup import find_operation, is_visible


@dataclass(frozen=True)
class Deciders:
    """The policies that made a decision.

    Attributes:
        versions: those that are stored as they were, in the order of the decision.
        lost: what the others said; their sources are no longer there, or are not the ones that decided.
    """

    versions: tuple[PolicyVersion, ...]
    lost: tuple[PolicyAnswer, ...]


async def find_recorded(transaction: Transaction, principal: Principal, recorded_id: str) -> RecordedDecision:
    """Return the decision of that id, or the last one of the operation of that id.

    Raises:
        InvalidInput: the text is no id.
        NotFound: there is neither, it is about another's operation, or no policy was asked about it.
        Conflict: it is about a change set: its policies were asked about each of its changes.
    """
    identifier = parse_operation_id(recorded_id)
    operation = await transaction.operations.find(identifier)
    if operation is not None and await is_visible(transaction, principal, operation):
        if operation.decision_id is None:
            raise NotFound(
                f"no policy was asked about operation {identifier}",
                field="operation_id",
                hint="docs/reference/policy-input.md says when policies are asked",
            )
        return _about_one(await _recorded(transaction, operation.decision_id))
    if await transaction.decisions.find(identifier) is not None:
        recorded = await _recorded(transaction, identifier)
        if await is_visible(transaction, principal, recorded.operation):
            return _about_one(recorded)
    raise NotFound(
        f"there is no operation and no decision {identifier}",
        field="operation_id",
        hint="`intent operation list` shows the operations",
    )


def _about_one(recorded: RecordedDecision) -> RecordedDecision:
    """Refuse the decision about a set: it is made of those about its changes, on no input of its own."""
    if recorded.operation.kind is not OperationKind.CHANGE_SET:
        return recorded
    raise Conflict(
        f"operation {recorded.operation.id} is a change set: policies were asked about each of its changes",
        field="operation_id",
        hint=f"`intent operation show {recorded.operation.id}` lists the operation of each change: name one",
    )


async def deciders(transaction: Transaction, decision: Decision) -> Deciders:
    """Return the policies that were asked, as they were."""
    stored = await transaction.policy_versions.load(
        {answer.policy_id: answer.version for answer in decision.policies}
    )
    versions: list[PolicyVersion] = []
    lost: list[PolicyAnswer] = []
    for answer in decision.policies:
        version = stored.get(answer.policy_id)
        if version is not None and version.digest == answer.digest:
            versions.append(version)
        else:
            lost.append(answer)
    return Deciders(versions=tuple(versions), lost=tuple(lost))


async def _recorded(transaction: Transaction, decision_id: str) -> RecordedDecision:
    decision = await transaction.decisions.find(decision_id)
    policy_input = await transaction.decisions.input(decision_id)
    request = (policy_input or {}).get("request")
    # Of a change set nothing but its id is kept with its own decision.
    whole = (policy_input or {}).get("change_set") if request is None else None
    named = whole.get("id") if isinstance(whole, dict) else None
    if isinstance(request, dict):
        named = request.get("operation_id")
    if decision is None or policy_input is None or named is None:
        raise NotFound(
            f"decision {decision_id} is not recorded whole",
            field="operation_id",
            hint="the database was changed from outside; compare it with a backup",
        )
    operation = await find_operation(transaction, str(named))
    return RecordedDecision(id=decision_id, operation=operation, decision=decision, policy_input=policy_input)
