"""What approvals are worth to a plan that was just made: whether they cover it, and why they do not."""

from datetime import datetime

from engine.core.addrs import ConfiguredProvider
from engine.core.approvals import Approval, covers, plan_digest, used, voided
from engine.core.operations.operation import Operation
from engine.core.plans.plan import Plan
from engine.core.values import JsonObject
from engine.service.binding import Binding
from engine.service.prepare import Prepared


def bound_digest(
    operation: Operation, prepared: Prepared, plan: Plan, bound: Binding, policy_digest: str | None = None
) -> str:
    """Return what an approval of a plan is bound to; under other policies where their digest is given."""
    used = ConfiguredProvider(address=prepared.job.pin.address, alias=prepared.provider_alias)
    circumstances: JsonObject = {
        "provider": f"{used} {prepared.job.pin.version}",
        "provider_config": prepared.provider_config,
        "labels": [*sorted(bound.project.labels)],
        "space": bound.project.space,
    }
    return plan_digest(
        kind=operation.kind.value,
        plan=plan,
        base_serial=prepared.known.base_serial,
        policy_digest=bound.digest if policy_digest is None else policy_digest,
        circumstances=circumstances,
    )


def spent(operation: Operation, digest_of_plan: str, at: datetime) -> tuple[Approval, ...] | None:
    """Return the approvals as the effect leaves them that they allow; None where they allow none."""
    if not covers(operation.demands, operation.approvals, digest_of_plan, at):
        return None
    # INVARIANT: an approval allows one effect; the row that begins it uses it up.
    return used(operation.approvals, digest_of_plan, at)


def void(
    operation: Operation, prepared: Prepared, plan: Plan, bound: Binding, at: datetime
) -> tuple[Approval, ...]:
    """Return the approvals as they are beside a decision made anew; `operation` has its former digests."""
    if operation.policy_digest == bound.digest:
        because = "the plan, or what it was made from, is another one"
    elif bound_digest(operation, prepared, plan, bound, operation.policy_digest) == operation.plan_digest:
        because = "the policies or the waivers of them are others"
    else:
        because = "the policies are others, and so is the plan or what it was made from"
    return voided(operation.approvals, because, at)
