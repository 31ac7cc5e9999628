"""Reconciling an interrupted operation with what its workspace and the cloud say now."""

from engine.core.errors import OutcomeUnknown
from engine.core.operations.operation import Operation, OperationError, OperationKind
from engine.core.operations.states import OperationEvent
from engine.core.values import JsonObject, equivalent, true_paths
from engine.ports.runner import Applied
from engine.service.journal import advance
from engine.service.prepare import Prepared, prepare
from engine.service.services import Services
from engine.service.versions import keep_version


async def recover(services: Services, operation: Operation) -> Operation:
    """Settle an INTERRUPTED operation: FINISHED where the cloud shows the change, else FAILED.

    Raises:
        OutcomeUnknown: nothing is left that tells; the operation stays INTERRUPTED and a person has to look.
        NotFound, Conflict, InvalidInput, ProviderFailed, RunnerFailed, and what else `prepare` and the runner
            raise: it cannot be told now; the operation stays as it is.
    """
    prepared = await prepare(services, operation)
    applied = await _found(services, prepared)
    if applied is None:
        raise OutcomeUnknown(
            f"nothing is left that tells whether {operation.resource_id} was changed",
            hint="look at the cloud; `intent operation cancel` settles this one, then import what is there",
        )
    done = _happened(operation, prepared, applied)
    outcome = applied if done else Applied(state=applied.state, failure="interrupted")
    async with services.store.transaction() as transaction:
        await keep_version(services, transaction, operation, prepared, outcome)
        event = OperationEvent.RECOVER if done else OperationEvent.FAIL
        error = None if done else _NOT_DONE
        settled = await advance(services, transaction, operation, event, error=error)
    await services.runner.discard(prepared.job.key)
    return settled


async def _found(services: Services, prepared: Prepared) -> Applied | None:
    if prepared.job.kind == "import":
        # It changed nothing outside and remembered nothing: it was not done.
        return Applied(state=None)
    return (await services.runner.recover(prepared.job)).applied


def _happened(operation: Operation, prepared: Prepared, applied: Applied) -> bool:
    """Tell whether the object is as planned, comparing what was stored of the plan."""
    if operation.kind is OperationKind.REFRESH:
        # Whatever is read now is what was to be remembered.
        return True
    if operation.kind is OperationKind.DELETE:
        return applied.state is None
    if applied.state is None or applied.state.tainted:
        return False
    changed = operation.plan_summary.changed if operation.plan_summary is not None else ()
    return all(_as_planned(operation, prepared, applied.state.attributes, name) for name in changed)


def _as_planned(operation: Operation, prepared: Prepared, attributes: JsonObject, name: str) -> bool:
    marks = prepared.secrecy.marks({name: attributes.get(name)})
    if true_paths(marks):
        # The plan was stored without its secrets; the configuration has them.
        return equivalent(attributes.get(name), prepared.job.config.get(name))
    return equivalent(attributes.get(name), (operation.proposed_state or {}).get(name))


_NOT_DONE = OperationError(
    code="interrupted",
    message="the change was interrupted and is not, or not wholly, in the cloud; what is there was recorded",
    hint="make the request again",
)
