"""A plan with its secrets marked, and what an operation records of it."""

from typing import Any

from engine.core.errors import Conflict, ResourceMissing
from engine.core.operations.operation import Accept, Missing, Operation, OperationKind, PlanSummary
from engine.core.plans.plan import Action, Plan
from engine.core.providers.deprecated import deprecated_paths
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


def require_decided(plan: Plan, operation: Operation) -> None:
    """Do nothing where an update finds its object, or where somebody has decided to make it anew.

    Raises:
        ResourceMissing: the object is gone, and nobody has said what is to become of the resource.
        Conflict: it is to be made anew and is there.
    """
    if operation.kind is not OperationKind.UPDATE:
        return
    recreates, name = operation.request.missing is Missing.RECREATE, operation.resource_id
    if plan.missing and not recreates:
        raise ResourceMissing(
            f"the object of {name} is gone from the cloud; an update makes no new one unasked",
            field="resource_id",
            hint=f"decide: `intent refresh PROJECT {name} --missing recreate` makes it anew, `--missing "
            "forget` ends its record, `--missing keep` leaves it as it is (`missing` of the tool's refresh)",
            facts={"ways": [way.value for way in Missing]},
        )
    if recreates and not plan.missing:
        raise Conflict(
            f"the object of {name} is there: there is nothing to make anew",
            field="missing",
            hint="`intent refresh` says how it differs; update it to change it",
        )


def as_decided(plan: Plan, operation: Operation) -> Plan:
    """Return the plan of a refresh that ends the record of an object that is gone, by that name."""
    forgets = operation.kind is OperationKind.REFRESH and operation.request.missing is Missing.FORGET
    return plan.model_copy(update={"actions": (Action.FORGET,)}) if forgets and plan.missing else plan


def decides_nothing(plan: Plan, operation: Operation) -> bool:
    """Tell whether an operation ends with its plan: neither the cloud nor what is kept would change."""
    match operation.kind:
        case OperationKind.DELETE:
            # Where the object is gone already, the engine's record of it still ends.
            return False
        case OperationKind.REFRESH if plan.missing:
            return operation.request.missing is Missing.KEEP
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
        deprecated=deprecated_paths(prepared.block, prepared.config or {}),
    )
    return {
        "secret_arguments": prepared.secrecy.arguments(prepared.config or {}),
        "resource_type": prepared.job.resource_type,
        "provider": str(prepared.job.pin.address),
        "provider_version": str(prepared.job.pin.version),
        "provider_alias": prepared.provider_alias,
        "base_serial": prepared.known.base_serial,
        "current_state": plan.redacted_before,
        "proposed_state": plan.redacted_after,
        "plan_summary": summary.model_dump(mode="json"),
        "drift": [difference.model_dump(mode="json") for difference in plan.drift],
        "missing": plan.missing,
    }
