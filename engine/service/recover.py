"""Reconciling an interrupted operation with what its workspace, the journal and the cloud say now."""

from engine.core.auth.principals import Principal
from engine.core.errors import EngineError, OutcomeUnknown
from engine.core.operations.interruption import Interruption, Source
from engine.core.operations.operation import Operation, OperationError
from engine.ports.runner import Applied, Recovered
from engine.service.attempt import begin_attempt, end_attempt
from engine.service.clues import clues_of
from engine.service.prepare import prepare
from engine.service.services import Services
from engine.service.settle import settle
from engine.service.trusted import trusted


async def recover(
    services: Services,
    operation: Operation,
    *,
    if_due: bool = False,
    adopt: str = "",
    by: Principal | None = None,
    stop: bool = False,
) -> Operation:
    """Settle an INTERRUPTED operation: FINISHED where the cloud shows the change, else FAILED.

    With `if_due` it is returned as it is where it is not time to look again. `adopt` is the id of the object
    that a person, `by`, says it is: nothing else is asked then. With `stop` an OpenTofu of a lost worker that
    is still at work is stopped, politely first.

    Raises:
        OutcomeUnknown: no place tells; the operation stays INTERRUPTED and a person has to look.
        NotFound, Conflict, InvalidInput, ProviderFailed, RunnerFailed, and what else `prepare` and the runner
            raise: it cannot be told now; the operation stays as it is, with the error's code.
    """
    begun = await begin_attempt(services, operation, if_due=if_due)
    if begun is None:
        return operation
    known = begun.interruption or Interruption()
    try:
        settled = await _reconcile(services, begun, known, adopt, by, stop=stop)
    except OutcomeUnknown:
        raise
    except EngineError as error:
        await end_attempt(services, begun, interruption=known.model_copy(update={"problem": error.code}))
        raise
    await services.runner.discard(operation.id)
    return settled


async def _reconcile(
    services: Services,
    operation: Operation,
    known: Interruption,
    adopt: str,
    by: Principal | None,
    *,
    stop: bool,
) -> Operation:
    prepared = await prepare(services, operation)
    with prepared.secrets(prepared.job.state).kept_out_of_errors():
        clues = (await clues_of(services, operation, prepared, adopt)).model_copy(update={"stop": stop})
        if prepared.job.kind == "import":
            # It changed nothing outside and remembered nothing: it was not done.
            found = Recovered(applied=Applied(state=None), found_by=Source.NOT_BEGUN, looks=())
        else:
            found = await services.runner.recover(prepared.job, clues)
    known = known.model_copy(update={"event_ids": clues.event_ids, "problem": None})
    async with services.store.transaction() as transaction:
        told = await trusted(transaction, operation, prepared, found)
        known = known.model_copy(update={"looks": told.looks, "found_by": told.found_by})
        # An object may be named by a secret, also the one that was found.
        named = None if found.applied is None else found.applied.state
        known = known.shown_by(prepared.secrets(prepared.job.state, named).hidden)
        if told.applied is not None:
            return await settle(
                services, transaction, operation, prepared=prepared, applied=told.applied, known=known, by=by
            )
    unknown = OutcomeUnknown(
        f"no place tells whether {operation.resource_id} was changed",
        hint=f"look at the cloud, then `intent operation resume {operation.id}` with --adopt OBJECT_ID where "
        "the object is there, --retry where nothing was done, or --forget",
    )
    await end_attempt(services, operation, interruption=known, error=OperationError.of(unknown))
    raise unknown
