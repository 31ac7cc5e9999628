"""Use case: settle an interrupted operation although its outcome stays unknown; nothing is kept of it."""

from engine.core.auth.principals import Principal
from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import OperationEvent
from engine.service.doubt.find import find_interrupted
from engine.service.journal import advance
from engine.service.services import Services


async def forget(services: Services, principal: Principal, operation_id: str) -> Operation:
    """Return the operation, FAILED; its workspace, with all that told of its effect, goes.

    Raises:
        Forbidden: the principal lacks `resources:write`.
        NotFound: there is no such operation.
        Conflict: it is not INTERRUPTED.
        RunnerFailed: its effect is still going on.
    """
    async with services.store.transaction() as transaction:
        operation = await find_interrupted(transaction, principal, operation_id)
        error = OperationError(
            code="outcome_unknown",
            message=f"{principal.subject} settled this interrupted operation without knowing its outcome",
            hint="import the object if it is in the cloud",
        )
        settled = await advance(
            services, transaction, operation, OperationEvent.FAIL, by=principal, error=error
        )
        # INVARIANT: nothing is forgotten while something of it is still going on: this refuses then.
        await services.runner.discard(operation.id)
    return settled
