"""Keeping the outcome of a change: the new version, the operation's end and the audit row, at once."""

from typing import Any

from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import OperationEvent
from engine.core.operations.steps import StepOutcome
from engine.core.plans.plan import Plan
from engine.core.values import Difference, differences, redact_differences, without
from engine.ports.runner import Applied
from engine.service.journal import advance
from engine.service.lease import NOTHING_DONE
from engine.service.prepare import Prepared
from engine.service.services import Services
from engine.service.sightings import note_sighting
from engine.service.versions import keep_config, keep_version


async def save_outcome(
    services: Services, operation: Operation, prepared: Prepared, plan: Plan, applied: Applied
) -> Operation:
    """Keep what an apply left, and move the APPLYING operation to FINISHED, FAILED or INTERRUPTED."""
    event, fields = _ending(operation, prepared, plan, applied)
    async with services.store.transaction() as transaction:
        if applied.outcome_known:
            await keep_version(services, transaction, operation, prepared, applied)
        saved = StepOutcome.DONE if applied.outcome_known else None
        return await advance(services, transaction, operation, event, step=saved, **fields)


async def save_unchanged(
    services: Services, operation: Operation, prepared: Prepared, fields: dict[str, Any]
) -> Operation:
    """Finish a PLANNING operation that changes nothing; `fields` are what it records of its plan."""
    async with services.store.transaction() as transaction:
        if not operation.request.dry_run:
            await keep_config(services, transaction, operation, prepared)
        ended = await advance(services, transaction, operation, OperationEvent.UNCHANGED, **fields)
        await note_sighting(transaction, ended, services.clock.now())
        return ended


def _ending(
    operation: Operation, prepared: Prepared, plan: Plan, applied: Applied
) -> tuple[OperationEvent, dict[str, Any]]:
    """Return how an operation ends, and what it records of that."""
    if not applied.outcome_known:
        return OperationEvent.LOSE, {"error": _unknown(prepared, applied)}
    if applied.failure is not None:
        return OperationEvent.FAIL, {"error": _failed(prepared, applied)}
    drift = operation.drift or _not_kept(prepared, plan, applied)
    # What was gone when it was planned is there again, where it was made anew.
    return OperationEvent.APPLIED, {
        "drift": drift,
        "missing": operation.missing and applied.state is None,
    }


def _not_kept(prepared: Prepared, plan: Plan, applied: Applied) -> tuple[Difference, ...]:
    """Return where the object is not as it was asked for although the provider reported success."""
    if prepared.config is None or applied.state is None or plan.known_after is None:
        return ()
    asked = {key: value for key, value in plan.known_after.items() if key in prepared.config}
    # What was known only afterwards was not asked for.
    got = without({key: applied.state.attributes.get(key) for key in asked}, plan.unknown)
    marks = prepared.secrecy.marks
    return redact_differences(differences(asked, got), marks(asked), marks(got))


def _failed(prepared: Prepared, applied: Applied) -> OperationError:
    if applied.stopped and applied.state == prepared.job.state:
        return NOTHING_DONE
    if applied.state is None and prepared.known.present is not None:
        hint = "it no longer exists: make it anew with create"
    elif applied.state is not None and applied.state.tainted:
        hint = "it exists half made: update it (it will be replaced) or delete it"
    elif applied.stopped:
        hint = "`intent refresh` says how it stands; make the request again if it is wanted after all"
    elif applied.state is None:
        # A cloud's answer may have been lost on the way, and the provider have asked once more.
        hint = "mend what the provider names; an object that it says is there already, import if it is yours"
    else:
        hint = "mend what the provider names and make the request again"
    why = "it was cancelled on the way" if applied.stopped else "untrusted_detail says why"
    return OperationError(
        code="cancelled" if applied.stopped else "provider_failed",
        message=f"{prepared.job.name} was not changed as planned; {why}",
        hint=hint,
        untrusted_detail=_words(prepared, applied),
    )


def _unknown(prepared: Prepared, applied: Applied) -> OperationError:
    return OperationError(
        code="outcome_unknown",
        message=f"contact was lost while {prepared.job.name} was being changed: the outcome is not known",
        hint="`intent operation resume` reconciles it; look at the cloud, and import an object that is there",
        untrusted_detail=_words(prepared, applied),
    )


def _words(prepared: Prepared, applied: Applied) -> str | None:
    """Return what the provider said, without the secrets that it was given."""
    if applied.failure is None:
        return None
    return prepared.secrets(prepared.job.state, applied.state).hidden(applied.failure)
