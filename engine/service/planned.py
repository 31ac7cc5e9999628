"""A plan with its secrets marked, and what an operation records of it."""

from typing import Any

from engine.core.operations.operation import Accept, Operation, OperationKind, PlanSummary
from engine.core.plans.plan import Plan
from engine.core.values import redact_differences, true_paths
from engine.service.prepare import Prepared


def marked(plan: Plan, prepared: Prepared) -> Plan:
    """Return the plan with its secrets marked, its drift redacted.

    These marks cover what was only read, too.
    """
    remembered = prepared.job.state.attributes if prepared.job.state is not None else None
    marks = prepared.secrecy.marks
    before, after = marks(plan.before), marks(plan.after)
    drift = redact_differences(plan.drift, marks(remembered), before)
    return plan.model_copy(
        update={
            "before_sensitive": before,
            "after_sensitive": after,
            "drift": redact_differences(drift, before, after),
        }
    )


def decides_nothing(plan: Plan, operation: Operation) -> bool:
    """Tell whether an operation ends with its plan: neither the cloud nor what is kept would change."""
    match operation.kind:
        case OperationKind.DELETE:
            # Where the object is gone already, the engine's record of it still ends.
            return False
        case OperationKind.REFRESH if operation.request.accept is Accept.REPORT:
            return True
    # Where the cloud has become what is asked for, what is remembered of it changes nevertheless.
    return plan.nothing_to_do and not plan.drift


def recorded(plan: Plan, prepared: Prepared) -> dict[str, Any]:
    """Return what an operation records of its plan, secrets redacted."""
    summary = PlanSummary(
        actions=tuple(action.value for action in plan.actions),
        changed=plan.changed,
        replace_paths=plan.replace_paths,
        unknown=true_paths(plan.unknown),
        summary=plan.summary,
    )
    return {
        "secret_arguments": prepared.secrecy.arguments(prepared.config or {}),
        "resource_type": prepared.job.resource_type,
        "provider": str(prepared.job.pin.address),
        "provider_version": str(prepared.job.pin.version),
        "base_serial": prepared.known.base_serial,
        "current_state": plan.redacted_before,
        "proposed_state": plan.redacted_after,
        "plan_summary": summary.model_dump(mode="json"),
        "drift": [difference.model_dump(mode="json") for difference in plan.drift],
        "missing": plan.missing,
    }
