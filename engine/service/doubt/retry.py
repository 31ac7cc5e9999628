"""Use case: have an interrupted operation planned and decided anew: somebody saw that nothing was done."""

from engine.core.auth.principals import Principal
from engine.core.operations.interruption import Interruption
from engine.core.operations.operation import Operation
from engine.service.doubt.find import find_interrupted
from engine.service.journal import audit
from engine.service.services import Services


async def retry(services: Services, principal: Principal, operation_id: str) -> Operation:
    """Return the operation ready for `run`, which plans it anew and asks the policies again.

    Raises:
        Forbidden: the principal lacks `resources:write`.
        NotFound: there is no such operation.
        Conflict: it is not INTERRUPTED.
        RunnerFailed: its effect is still going on.
    """
    async with services.store.transaction() as transaction:
        operation = await find_interrupted(transaction, principal, operation_id)
        known = operation.interruption or Interruption()
        said = {"retry_by": principal.key, "retry_token": operation.fencing_token}
        asked = operation.model_copy(update={"interruption": known.model_copy(update=said)})
        await transaction.operations.save(asked, operation.fencing_token)
        await audit(services, transaction, asked, "operation.nothing_done", principal)
        # INVARIANT: nothing is begun anew while something of the first attempt is still going on.
        await services.runner.discard(operation.id)
    return asked
