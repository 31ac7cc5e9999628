"""Judging one recorded decision again with a changed policy in its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.operations.recorded import RecordedDecision
from engine.core.policy.backtest import Change, reasons_beyond, redecide, standing
from engine.core.policy.decision import Decision
from engine.core.policy.metadata import PolicyMetadata
from engine.core.policy.policies import PolicySource
from engine.core.policy.selection import names_in
from engine.core.policy.waivers import Waiver, in_force
from engine.core.values import redacted_paths
from engine.service.policies.sound import require_sound
from engine.service.services import Services


@dataclass(frozen=True)
class Candidate:
    """A policy that is to stand in the place of a stored one, and what it says about itself."""

    policy: PolicySource
    metadata: PolicyMetadata


@dataclass(frozen=True)
class Rejudged:
    """What came of one decision; `change` where its outcome would be another."""

    judged: bool = False
    failed: bool = False
    change: Change | None = None


async def candidate_of(services: Services, policy: PolicySource) -> Candidate:
    """Return a policy with the id of the stored one of its name, if there is one, so that waivers fit it.

    Raises:
        PolicyInvalid: it could not be stored.
    """
    checked = await require_sound(services, policy, "policy")
    async with services.store.transaction() as transaction:
        stored = await transaction.policies.find(policy.name)
    known = policy if stored is None else policy.model_copy(update={"id": stored.id})
    return Candidate(policy=known, metadata=checked.metadata)


async def rejudge(
    services: Services,
    candidate: Candidate,
    recorded: RecordedDecision,
    *,
    project: str,
    waivers: Sequence[Waiver],
    attach: bool,
) -> Rejudged:
    """Return what would have come of a recorded decision with the candidate in its place.

    Waivers that held then and are still stored count, beside those that the record names. With `attach` a
    decision that no policy of that name had a part in is judged, too.
    """
    policy = candidate.policy
    part = standing(recorded.decision, policy.name)
    resource_type, asked = names_in(recorded.policy_input) or ("", ("",))
    covers = candidate.metadata.covers(resource_type, *asked)
    if (part == "unbound" and not attach) or (part == "skipped" and not covers):
        return Rejudged()
    answer = (await services.evaluator.evaluate([policy], recorded.policy_input))[0] if covers else None
    operation = recorded.operation
    at = operation.decided_at or operation.created_at
    held = in_force(
        (w for w in waivers if w.project_id == operation.project_id and w.policy_id == policy.id),
        resource_id=operation.resource_id,
        resource_type=operation.resource_type,
        at=at,
    )
    then = [waiver for waiver in held if waiver.created_at <= at]
    after = redecide(recorded.decision, policy.name, answer, then)
    return Rejudged(
        judged=True,
        failed=answer is not None and answer.failure is not None,
        change=None
        if (after.outcome, after.demands) == (recorded.decision.outcome, recorded.decision.demands)
        else _change(recorded, after, project, asked[0]),
    )


def _change(recorded: RecordedDecision, after: Decision, project: str, operation: str) -> Change:
    asked = recorded.operation
    return Change(
        decision_id=recorded.id,
        operation_id=asked.id,
        project=project,
        at=(asked.decided_at or asked.created_at).isoformat(),
        operation=operation,
        resource_type=asked.resource_type,
        resource_id=asked.resource_id,
        before=recorded.decision.outcome,
        after=after.outcome,
        gained=reasons_beyond(after, recorded.decision),
        lost=reasons_beyond(recorded.decision, after),
        redacted=bool(redacted_paths(recorded.policy_input)),
    )
