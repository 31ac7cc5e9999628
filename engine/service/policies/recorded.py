"""Finding what was recorded of a decision, and the exact versions that made it. Decides nothing."""

from dataclasses import dataclass

from engine.core.auth.principals import Principal
from engine.core.errors import NotFound
from engine.core.ids import parse_operation_id
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
        return await _recorded(transaction, operation.decision_id)
    if await transaction.decisions.find(identifier) is not None:
        recorded = await _recorded(transaction, identifier)
        if await is_visible(transaction, principal, recorded.operation):
            return recorded
    raise NotFound(
        f"there is no operation and no decision {identifier}",
        field="operation_id",
        hint="`intent operation list` shows the operations",
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
    if decision is None or policy_input is None or not isinstance(request, dict):
        raise NotFound(
            f"decision {decision_id} is not recorded whole",
            field="operation_id",
            hint="the database was changed from outside; compare it with a backup",
        )
    operation = await find_operation(transaction, str(request.get("operation_id")))
    return RecordedDecision(id=decision_id, operation=operation, decision=decision, policy_input=policy_input)
