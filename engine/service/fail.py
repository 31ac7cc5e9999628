"""Recording that an operation could not be carried out. What became of its effect is `recover`'s to find."""

from typing import Final

from engine.core.errors import EngineError, IntegrityFailed, NotSetUp
from engine.core.operations.operation import Operation, OperationError
from engine.core.operations.states import OperationEvent, OperationState
from engine.service.journal import advance
from engine.service.lookup import find_operation
from engine.service.services import Services

# What an apply raises when it has not begun (see the port); any other error leaves its outcome open.
_NOTHING_APPLIED: Final = (IntegrityFailed, NotSetUp)


async def fail(services: Services, operation: Operation, error: EngineError) -> Operation:
    """Record why an operation failed; one whose effect may have begun is INTERRUPTED.

    Raises:
        Conflict: it has ended otherwise, or was taken from us.
    """
    async with services.store.transaction() as transaction:
        stored = await find_operation(transaction, operation.id)
        begun = stored.state is OperationState.APPLYING and not isinstance(error, _NOTHING_APPLIED)
        event = OperationEvent.LOSE if begun else OperationEvent.FAIL
        return await advance(services, transaction, operation, event, error=OperationError.of(error))
