"""Settling an interrupted operation by what was found of its effect."""

from typing import Any

from engine.core.auth.principals import Principal
from engine.core.operations.interruption import Interruption, Source
from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import OperationEvent
from engine.ports.runner import Applied
from engine.ports.store import Transaction
from engine.service.as_planned import as_planned, not_as_asked
from engine.service.journal import advance
from engine.service.prepare import Prepared
from engine.service.services import Services
from engine.service.versions import keep_version


async def settle(
    services: Services,
    transaction: Transaction,
    operation: Operation,
    *,
    prepared: Prepared,
    applied: Applied,
    known: Interruption,
    by: Principal | None,
) -> Operation:
    """Move an INTERRUPTED operation to FINISHED where the change is there, else to FAILED; return it.

    What a person names counts as the change; where it differs from what was asked for is its drift. `by` is
    who had it settled.

    Raises:
        Conflict: somebody else has settled it.
    """
    named = known.found_by is Source.PERSON
    done = named or as_planned(operation, prepared, applied)
    outcome = applied if done else Applied(state=applied.state, failure="interrupted")
    await keep_version(services, transaction, operation, prepared, outcome)
    changes: dict[str, Any] = {"interruption": known, "error": None if done else _not_done(known)}
    if named and applied.state is not None:
        changes["drift"] = not_as_asked(operation, prepared, applied.state.attributes)
    found_by = known.found_by
    return await advance(
        services,
        transaction,
        operation,
        OperationEvent.RECOVER if done else OperationEvent.FAIL,
        by=by,
        facts={
            "found_by": found_by.value if found_by is not None else "",
            "object_id": _shown_id(prepared, applied),
        },
        **changes,
    )


def _shown_id(prepared: Prepared, applied: Applied) -> str:
    if applied.state is None or applied.state.object_id is None:
        return ""
    return prepared.secrets(applied.state).hidden(applied.state.object_id)


def _not_done(known: Interruption) -> OperationError:
    if known.found_by is Source.NOT_BEGUN:
        message = "the worker was lost before OpenTofu was started: nothing was changed"
    else:
        message = (
            "the change was interrupted and is not, or not wholly, in the cloud; what is there was recorded"
        )
    return OperationError(code="interrupted", message=message, hint="make the request again")
