"""Use case: have an interrupted operation planned and decided anew: somebody saw that nothing was done."""

from typing import Final

from engine.core.auth.principals import Principal
from engine.core.operations.interruption import Interruption
from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import OperationEvent
from engine.service.doubt.find import find_interrupted
from engine.service.journal import advance, audit
from engine.service.services import Services


async def retry(services: Services, principal: Principal, operation_id: str) -> Operation:
    """Return the operation ready for `run`, which plans it anew and asks the policies again.

    A change of a set is FAILED instead: nobody but its set, when that is resumed, plans and decides it anew.

    Raises:
        Forbidden: the principal lacks `resources:write`.
        NotFound: there is no such operation.
        Conflict: it is not INTERRUPTED.
        RunnerFailed: its effect is still going on.
    """
    async with services.store.transaction() as transaction:
        operation = await find_interrupted(transaction, principal, operation_id)
        if operation.change_set_id is not None:
            failed = await advance(
                services, transaction, operation, OperationEvent.FAIL, by=principal, error=_NOTHING_DONE
            )
            await services.runner.discard(operation.id)
            return failed
        known = operation.interruption or Interruption()
        said = {"retry_by": principal.key, "retry_token": operation.fencing_token}
        asked = operation.model_copy(update={"interruption": known.model_copy(update=said)})
        await transaction.operations.save(asked, operation.fencing_token)
        await audit(services, transaction, asked, "operation.nothing_done", principal)
        # INVARIANT: nothing is begun anew while something of the first attempt is still going on.
        await services.runner.discard(operation.id)
    return asked


_NOTHING_DONE: Final = OperationError(
    code="interrupted",
    message="somebody has looked and says that nothing was done",
    hint="resume its change set: this change is then planned and decided anew",
)
